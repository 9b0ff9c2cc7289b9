import type { ComponentProps } from 'react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { Icon } from '../../shell/icon.tsx';

/** Only what text needs; `img` stays so that its alternative text can be shown instead of the picture. */
const SCHEMA = {
  ...defaultSchema,
  tagNames: [
    'p',
    'br',
    'strong',
    'em',
    'del',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
    'a',
    'img',
    'hr',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'input',
  ],
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
};

const REMARK = [remarkGfm];
const REHYPE: ComponentProps<typeof ReactMarkdown>['rehypePlugins'] = [[rehypeSanitize, SCHEMA]];

/** A heading within an utterance is emphasis, not part of the page's outline. */
function Emphasis({ children }: ComponentProps<'h1'>) {
  return <p className="prose__heading">{children}</p>;
}

/** Leads away from here, in its own tab, and says so; a link never learns where it was pressed. */
function MarkedLink({ href, children }: ComponentProps<'a'>) {
  const { t } = useTranslation();
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      className="prose__link"
      title={href}
    >
      {children}
      <Icon name="external" />
      <span className="visually-hidden">{t('line.newTab')}</span>
    </a>
  );
}

/** Nothing is fetched from elsewhere because somebody said so: a picture becomes its words and address. */
function Picture({ src, alt }: ComponentProps<'img'>) {
  const { t } = useTranslation();
  const words = t('line.picture', { alt: alt ?? '' });
  return typeof src === 'string' && /^https?:/.test(src) ? (
    <MarkedLink href={src}>{words}</MarkedLink>
  ) : (
    <>{words}</>
  );
}

const COMPONENTS = {
  h1: Emphasis,
  h2: Emphasis,
  h3: Emphasis,
  h4: Emphasis,
  h5: Emphasis,
  h6: Emphasis,
  a: MarkedLink,
  img: Picture,
  // Wide tables and code scroll within themselves, also by keyboard.
  pre: ({ children }: ComponentProps<'pre'>) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }: ComponentProps<'table'>) => (
    <div className="prose__table" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
};

/** What somebody said, as Markdown without raw HTML, scripts and remote pictures. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="prose" dir="auto">
      <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={COMPONENTS} skipHtml>
        {text}
      </ReactMarkdown>
    </div>
  );
});
