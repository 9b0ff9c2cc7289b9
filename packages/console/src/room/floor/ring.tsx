import type { ReactNode } from 'react';

interface RingProps {
  /** From 1 (all the time is left) to 0. */
  readonly left: number;
  readonly urgent: boolean;
  readonly children: ReactNode;
}

/** Runs down with the turn around whatever stands inside. Decoration: the time stands beside it in words. */
export function Ring({ left, urgent, children }: RingProps) {
  return (
    <span className={urgent ? 'ring ring--urgent' : 'ring'}>
      <svg className="ring__drawing" viewBox="0 0 44 44" aria-hidden="true">
        <circle className="ring__track" cx="22" cy="22" r="20" />
        <circle
          className="ring__rest"
          cx="22"
          cy="22"
          r="20"
          pathLength={1}
          strokeDasharray={`${Math.max(0, Math.min(1, left))} 1`}
          transform="rotate(-90 22 22)"
        />
      </svg>
      {children}
    </span>
  );
}
