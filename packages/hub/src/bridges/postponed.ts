/**
 * A turn that did not come about, through nothing that was said: the service is busy, failed, or a thread is
 * starting again. The floor is given back, and the wish for it stays.
 */
export class Postponed extends Error {
  override readonly name = 'Postponed';
}
