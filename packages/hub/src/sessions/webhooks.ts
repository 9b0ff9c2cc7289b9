import type { Egress } from '../egress/egress.ts';
import { EgressError } from '../egress/egress-error.ts';
import type { WebhookOwner, WebhookSecrets } from '../webhooks/webhook-secrets.ts';
import type { SessionRejection } from './refusal.ts';
import { refuse } from './refusal.ts';

/** What sessions have to do with webhooks: they look at the address, and hand its secret to its owner. */
export class Webhooks {
  readonly #egress: Pick<Egress, 'check'>;
  readonly #secrets: WebhookSecrets;

  constructor(egress: Pick<Egress, 'check'>, secrets: WebhookSecrets) {
    this.#egress = egress;
    this.#secrets = secrets;
  }

  /** Why this address, given at `path`, will never be called; null where that remains to be seen. */
  refusalOf(url: string, path: string): { readonly ok: false; readonly error: SessionRejection } | null {
    try {
      this.#egress.check(url);
      return null;
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      return error.reason === 'url'
        ? refuse('request.invalid', `${path}: expected an address`, {
            details: { path, expected: 'an address such as https://example.org/called' },
          })
        : refuse('endpoint.blocked', error.message, { details: { path } });
    }
  }

  secretFor(owner: WebhookOwner): string {
    return this.#secrets.secretFor(owner);
  }
}
