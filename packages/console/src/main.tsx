import { createRoot } from 'react-dom/client';
import './styles/index.css';
import { startMessages } from './messages/i18n.ts';
import { hubGateway } from './session/gateway.ts';
import { App } from './app.tsx';
import { applyTheme } from './shell/theme.tsx';

applyTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('broken assumption: index.html has #root');
await startMessages();
createRoot(root).render(<App gateway={hubGateway()} />);
