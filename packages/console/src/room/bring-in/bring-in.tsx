import type { ReactNode } from 'react';
import { createContext, useContext, useState } from 'react';
import { BringInDialog } from './bring-in-dialog.tsx';

const Context = createContext<(() => void) | null>(null);

/** Opens the dialog. */
export function useBringIn(): () => void {
  const open = useContext(Context);
  if (open === null) throw new Error('broken assumption: useBringIn is used inside BringInProvider');
  return open;
}

/** Keeps the dialog apart from the panel that opens it, which moves when the window changes its width. */
export function BringInProvider({ children }: { readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Context value={() => setOpen(true)}>
      {children}
      {isOpen && <BringInDialog onClose={() => setOpen(false)} />}
    </Context>
  );
}
