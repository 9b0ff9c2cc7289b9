import { describe, expect, it } from 'vitest';
import { openCredentials } from './credentials.ts';
import { SettingsError, settingsOf } from './settings.ts';

const travel = { origin: 'https://agents.example', headerName: 'authorization', valueEnv: 'TRAVEL_AUTH' };
const { credentials } = settingsOf({ credentials: { travel } });

describe('credentials for remote agents', () => {
  it('[A2-4] have their value from the environment and belong to one origin', () => {
    expect([...openCredentials(credentials, { TRAVEL_AUTH: 'Bearer abc' })]).toEqual([
      ['travel', { origin: 'https://agents.example', headers: { authorization: 'Bearer abc' } }],
    ]);
  });

  it('are missed when the hub starts, by the name of what is missing', () => {
    for (const environment of [{}, { TRAVEL_AUTH: '' }]) {
      expect(() => openCredentials(credentials, environment)).toThrow(
        /credentials\.travel\.valueEnv.*a value in TRAVEL_AUTH/,
      );
    }
  });

  it.each([
    [{ ...travel, origin: 'https://agents.example/' }, 'credentials.travel.origin'],
    [{ ...travel, origin: 'agents.example' }, 'credentials.travel.origin'],
    [{ ...travel, headerName: 'two words' }, 'credentials.travel.headerName'],
    [{ origin: travel.origin, headerName: 'x-key' }, 'credentials.travel.valueEnv'],
    [{ ...travel, value: 'secret' }, 'credentials.travel.value'],
  ])('are refused where they cannot be: %j', (credential, path) => {
    const settings = () => settingsOf({ credentials: { travel: credential } });
    expect(settings).toThrow(SettingsError);
    expect(settings).toThrow(expect.objectContaining({ path }));
  });

  it('are not asked for where there are none, and key origins are origins', () => {
    expect(openCredentials(settingsOf().credentials, {}).size).toBe(0);
    expect(() => settingsOf({ agentKeyOrigins: ['https://a.example', 'b.example'] })).toThrow(
      expect.objectContaining({ path: 'agentKeyOrigins.1' }),
    );
  });
});
