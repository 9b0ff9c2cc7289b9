/** Between a conversation's own epoch and the line that its log goes on with: in no id. */
const MARK = '.';

/**
 * The epoch of a conversation that was created with `epoch`, in a log of this line (CS-5). Of an epoch that
 * names a line already only what the conversation was created with counts.
 */
export function epochIn(epoch: string, lineage: string | undefined): string {
  const [own = ''] = epoch.split(MARK, 1);
  return lineage ? own + MARK + lineage : own;
}
