import type { Data, LoggedWireEvent } from './history.ts';

interface Member {
  roles: readonly string[];
  topics: readonly string[];
}

interface Spoken {
  readonly speaker: string;
  readonly addressedTo: readonly string[];
  readonly topics: readonly string[];
}

const RULES: Readonly<Record<string, string>> = { broadcast: 'RT-1', roleBased: 'RT-2', topicBased: 'RT-3' };

/** Who is a member, and who would hear what, at one place of a log; written from the rules RT-1…RT-6. */
export class Roster {
  readonly #members = new Map<string, Member>();
  #routing: Data = { kind: 'broadcast' };

  get members(): string[] {
    return [...this.#members.keys()];
  }

  get routingRule(): string {
    return RULES[this.#routing['kind'] as string] ?? 'RT-4';
  }

  isModerator(id: string): boolean {
    return this.#members.get(id)?.roles.includes('moderator') ?? false;
  }

  /** Everybody who hears it; `to` narrows that where it is not null. */
  hearing({ speaker, addressedTo, topics }: Spoken, to: readonly string[] | null): ReadonlySet<string> {
    const always = new Set([speaker, ...addressedTo]);
    const heard = this.members.filter((id) => {
      const member = this.#members.get(id)!;
      if (always.has(id) || this.isModerator(id)) return true;
      return (to === null || to.includes(id)) && this.#routes(speaker, topics, member);
    });
    return new Set(heard);
  }

  take({ event, data }: LoggedWireEvent): void {
    const id = data['participant'] as string;
    switch (event) {
      case 'conversation.created':
      case 'conversation.configured': {
        const config = data['config'] as Data | undefined;
        this.#routing = (config?.['routing'] as Data | undefined) ?? this.#routing;
        return;
      }
      case 'participant.joined': {
        const {
          id: joined,
          roles = [],
          topics = [],
        } = data['participant'] as unknown as {
          id: string;
        } & Partial<Member>;
        return void this.#members.set(joined, { roles, topics });
      }
      case 'participant.left':
        return void this.#members.delete(id);
      case 'role.changed':
        return this.#change(id, { roles: data['roles'] as string[] });
      case 'participant.updated':
        return this.#change(id, { topics: data['topics'] as string[] });
    }
  }

  #change(id: string, change: Partial<Member>): void {
    const member = this.#members.get(id);
    if (member) Object.assign(member, change);
  }

  #routes(speaker: string, topics: readonly string[], { roles, topics: patterns }: Member): boolean {
    if (this.#routing['kind'] === 'topicBased') {
      return topics.length === 0 || topics.some((topic) => patterns.some((each) => matches(each, topic)));
    }
    if (this.#routing['kind'] === 'roleBased') {
      const table = this.#routing['table'] as Readonly<Record<string, readonly string[]>>;
      const speaks = this.#members.get(speaker)?.roles ?? [];
      return speaks.some((role) => (table[role] ?? []).some((hearing) => roles.includes(hearing)));
    }
    return true;
  }
}

/** `a.*` matches one level, `a.>` all below. */
function matches(pattern: string, topic: string): boolean {
  const [wanted, given] = [pattern.split('.'), topic.split('.')];
  for (const [index, part] of wanted.entries()) {
    if (part === '>' && index === wanted.length - 1) return given.length > index;
    if (given[index] === undefined || (part !== '*' && part !== given[index])) return false;
  }
  return wanted.length === given.length;
}
