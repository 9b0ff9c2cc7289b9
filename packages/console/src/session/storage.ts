/**
 * What the console remembers. Names, drafts and settings stay on this machine (localStorage); tokens and
 * resume states belong to the tab (sessionStorage), so that two tabs can be two people and nothing that
 * opens a door outlives the session.
 */
const TOKEN = 'parley.token';
const NAME = 'parley.name';

export const rememberedName = (): string => localStorage.getItem(NAME) ?? '';
export const rememberName = (name: string): void => localStorage.setItem(NAME, name);

export const sessionToken = (): string | undefined => sessionStorage.getItem(TOKEN) ?? undefined;

export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(TOKEN);
  else sessionStorage.setItem(TOKEN, token);
}

export const keptDraft = (conversation: string): string =>
  localStorage.getItem(`parley.draft.${conversation}`) ?? '';

export function keepDraft(conversation: string, text: string): void {
  const key = `parley.draft.${conversation}`;
  if (text === '') localStorage.removeItem(key);
  else localStorage.setItem(key, text);
}

const inviteKey = (conversation: string): string => `parley.invite.${conversation}`;

/**
 * Takes an invite's code out of the address (`#invite=…`) and keeps it for the tab, so that it is in no
 * history entry and in no link that is copied later.
 */
export function takeInvite(conversation: string): void {
  const code = /^#invite=([A-Za-z0-9_.~-]+)$/.exec(location.hash)?.[1];
  if (code === undefined) return;
  sessionStorage.setItem(inviteKey(conversation), code);
  history.replaceState(null, '', location.pathname);
}

export const keptInvite = (conversation: string): string | undefined =>
  sessionStorage.getItem(inviteKey(conversation)) ?? undefined;

export const dropInvite = (conversation: string): void => sessionStorage.removeItem(inviteKey(conversation));
