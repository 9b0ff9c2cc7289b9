import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.tsx';
import { Button, TextField } from '../shell/controls.tsx';

/** Asks for a token where the hub does not let strangers in. It stays in this tab. */
export function SignIn({ problem }: { readonly problem?: string }) {
  const { t } = useTranslation();
  const { signIn } = useSession();
  const [token, setToken] = useState('');
  return (
    <Form
      className="card sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '') signIn(token.trim());
      }}
    >
      <h2 className="card__title">{t('session.title')}</h2>
      <TextField
        label={t('session.token')}
        help={t('session.tokenHelp')}
        type="password"
        autoComplete="off"
        value={token}
        error={problem}
        onChange={setToken}
        isRequired
      />
      <div>
        <Button look="primary" type="submit">
          {t('session.signIn')}
        </Button>
      </div>
    </Form>
  );
}
