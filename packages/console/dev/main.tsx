/**
 * The console on fixtures, for looking at it without a hub: `npm run dev -w packages/console`, then
 * `/dev.html?scene=talk`. `&dir=rtl` turns it round. Not part of the build.
 */
import { createRoot } from 'react-dom/client';
import '../src/styles/index.css';
import { startMessages } from '../src/messages/i18n.ts';
import { App } from '../src/app.tsx';
import { applyTheme } from '../src/shell/theme.tsx';
import { ALOUD, keepAside } from '../src/session/aside.ts';
import { markRead } from '../src/session/read-marks.ts';
import { fakeGateway } from './fake-gateway.ts';
import { SCENES } from './scenes.ts';

const query = new URLSearchParams(location.search);
const name = query.get('scene') ?? 'talk';
const scene = SCENES[name];
if (scene === undefined) throw new Error(`no scene ${name}; there are ${Object.keys(SCENES).join(', ')}`);
if (scene.joined !== false) {
  sessionStorage.setItem(
    'parley.resume.cnv_fixture',
    JSON.stringify({ participant: 'prt_me', token: 't', epoch: 'e', seq: 1 }),
  );
}
keepAside('cnv_fixture', scene.aside ?? ALOUD);
localStorage.removeItem('parley.read');
if (scene.read !== undefined) markRead('cnv_fixture', { epoch: 'e', seq: scene.read, me: 'prt_me' });
localStorage.setItem('parley.name', scene.path === '/' ? 'Mira Vogel' : '');
history.replaceState(null, '', `${scene.path}${location.hash}`);
applyTheme();
await startMessages(query.has('lang') ? [query.get('lang') ?? ''] : navigator.languages);
if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl';
const root = document.getElementById('root');
if (root === null) throw new Error('broken assumption: dev.html has #root');
createRoot(root).render(<App gateway={fakeGateway(scene)} />);
