import { useEffect, useState } from 'react';
import { useErrorText } from '../messages/error-text.ts';
import type { Field } from '../session/schema.ts';
import { fieldsOf } from '../session/schema.ts';
import { useSession } from '../session/session.tsx';

/** The configuration's fields as this hub describes them: null while they are read. */
export function useConfigFields(): {
  readonly fields: readonly Field[] | null;
  readonly problem: string | null;
} {
  const { gateway } = useSession();
  const errorText = useErrorText();
  const [fields, setFields] = useState<readonly Field[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    gateway
      .configSchema()
      .then(({ schema, root }) => wanted && setFields(fieldsOf(schema, root)))
      .catch((error: unknown) => wanted && setProblem(errorText(error)));
    return () => {
      wanted = false;
    };
  }, [gateway, errorText]);
  return { fields, problem };
}
