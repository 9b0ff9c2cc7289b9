import type { ReactElement } from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

interface ReactGlobals {
  window?: unknown;
  HTMLIFrameElement?: unknown;
  IS_REACT_ACT_ENVIRONMENT?: boolean;
}

/**
 * Mounts components that draw nothing: enough of an element for React to take it for a root, and no DOM.
 * What a component sees is what it writes down itself.
 */
export async function mount(element: ReactElement): Promise<{
  update(next: ReactElement): Promise<void>;
  unmount(): Promise<void>;
}> {
  const globals = globalThis as ReactGlobals;
  globals.window ??= globalThis;
  globals.HTMLIFrameElement ??= function frame() {};
  globals.IS_REACT_ACT_ENVIRONMENT = true;
  const listenTo = { addEventListener: () => {}, removeEventListener: () => {} };
  const document = { nodeType: 9, activeElement: null, ...listenTo };
  const container = { nodeType: 1, tagName: 'DIV', ownerDocument: document, textContent: '', ...listenTo };
  const root = createRoot(container as unknown as Element);
  const render = (next: ReactElement) => act(async () => root.render(next));
  await render(element);
  return { update: render, unmount: () => act(async () => root.unmount()) };
}

/** Lets happen whatever is under way, and React draw it. */
export const drawn = (work: () => unknown = () => {}): Promise<void> =>
  act(async () => {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
