import type { DurableEvent, ParticipantId, State } from '@parley/core';
import { iso } from '@parley/core';

/** Names remembered while a transcript is written; of a longer list of members the first are forgotten. */
const NAMES_MAX = 10_000;

/**
 * Writes events as Markdown in which what people said is text and nothing else (security.md, Content): it
 * cannot become a heading, a link, an image or HTML, nor pass for something that the hub says.
 */
export class MarkdownWriter {
  readonly #names = new Map<ParticipantId, string>();

  /** Who joined before the first event that will be written is known from the state. */
  constructor(state: State) {
    for (const { id, displayName, kind } of state.departed) this.#remember(id, displayName, kind);
    for (const { profile } of Object.values(state.participants)) {
      this.#remember(profile.id, profile.displayName, profile.kind);
    }
  }

  /** '' for events that are no part of what was said and decided. */
  write(event: DurableEvent): string {
    switch (event.type) {
      case 'speech.ended': {
        const { participant, text, interrupted, late, to } = event.data;
        const cut = `${interrupted ? ' (interrupted)' : ''}${late ? ' (late answer)' : ''}`;
        const whispered = to === undefined ? '' : ` whispers to ${to.map((id) => this.#name(id)).join(', ')}`;
        return `**${this.#name(participant)}**${whispered}${cut}, ${iso(event.at)}:\n\n${quoted(text)}\n\n`;
      }
      case 'participant.joined': {
        const { id, displayName, kind } = event.data.participant;
        this.#remember(id, displayName, kind);
        return this.#note(event, `${this.#name(id)} joined`);
      }
      case 'participant.left':
        return this.#note(event, `${this.#name(event.data.participant)} left`);
      case 'topic.changed':
        return this.#note(event, `Topic: ${escapeMarkdown(event.data.topic)}`);
      case 'item.opened':
        return this.#note(event, `Open ${event.data.kind}: ${escapeMarkdown(event.data.text)}`);
      case 'item.resolved':
        return this.#note(
          event,
          `${event.data.late ? 'Answered late' : 'Resolved'}: ${escapeMarkdown(event.data.resolution)}`,
        );
      case 'decision.recorded':
        return this.#note(event, `Decision: ${escapeMarkdown(event.data.text)}`);
      case 'conversation.ended':
        return this.#note(event, 'The conversation ended');
      default:
        return '';
    }
  }

  #note(event: DurableEvent, text: string): string {
    return `*${iso(event.at)}* — ${text}\n\n`;
  }

  #name(participant: ParticipantId): string {
    return this.#names.get(participant) ?? escapeMarkdown(participant);
  }

  #remember(participant: ParticipantId, displayName: string, kind: string): void {
    this.#names.set(participant, `${escapeMarkdown(displayName)} (${kind})`);
    if (this.#names.size > NAMES_MAX) this.#names.delete(this.#names.keys().next().value!);
  }
}

/** Text on one line that means itself: whatever has a meaning in Markdown or HTML there is escaped. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]#!|~$]/g, '\\$&')
    .replaceAll(/\s+/g, ' ')
    .replace(/^ ?([-+=]|\d+(?=[.)]))/, (start) => (/\d$/.test(start) ? `${start}\\` : `\\${start.trim()}`));
}

/** Each line of the text in a block quote, its line breaks kept. */
const quoted = (text: string): string =>
  text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `> ${escapeMarkdown(line.trim())}`)
    .join('\\\n');
