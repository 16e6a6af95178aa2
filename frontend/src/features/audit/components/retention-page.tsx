import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Gate } from '@/features/accounts/facade';
import { facts } from '@/lib/facts';
import { absolute, sizeOf } from '@/lib/format';
import { useTitle } from '@/lib/title';
import { buttonClass } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { Failure } from '@/ui/failure';
import { ListCard } from '@/ui/list';
import { PageHeader } from '@/ui/page-header';
import { Panel, PanelBody } from '@/ui/panel';
import { Skeleton } from '@/ui/skeleton';
import { type Archive, useArchives, useLastEntry, useRetention } from '../api';
import { AuditTabs } from './audit-tabs';
import { HoldSection } from './hold-section';

const TIERS = ['hot', 'warm', 'cold'] as const;

function Kept() {
  const { t } = useTranslation('audit');
  const { data, error, refetch } = useRetention();
  if (error !== null)
    return (
      <div className="rounded-xl border border-line bg-panel shadow-1">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (data === undefined) return <Skeleton className="h-40 rounded-xl" />;
  return (
    <>
      <Panel title={t('kept.title')} text={t('kept.text')}>
        <dl className="grid gap-3 sm:grid-cols-3">
          {TIERS.map((tier) => (
            <div key={tier} className="rounded-lg bg-sunken px-3 py-2.5">
              <dd className="font-semibold text-base tabular-nums">
                {t('kept.days', { count: data.terms[`${tier}_days`] })}
              </dd>
              <dt className="mt-0.5 text-fg-2 text-xs">{t(`kept.${tier}`)}</dt>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title={t('hold.title')}>
        <HoldSection hold={data.hold} />
      </Panel>
    </>
  );
}

/** The end of the chain, and how the whole of it is proved. */
function Verify() {
  const { t } = useTranslation('audit');
  const { data: last, isPending, error } = useLastEntry();
  const command = `manage.py verify_audit --tenant ${facts.tenant?.slug ?? ''} --archives`;
  return (
    <Panel title={t('verify.title')} text={t('verify.text')}>
      <CodeBlock code={command} copyLabel={t('verify.command')} />
      {isPending && <Skeleton className="w-64" />}
      {error !== null && <p className="text-bad">{error.message}</p>}
      {last === null && <p className="text-fg-3">{t('verify.none')}</p>}
      {last !== null && last !== undefined && (
        <p className="text-fg-2">
          {t('verify.last', { seq: last.seq })}{' '}
          <code className="mt-1 block break-all font-mono text-xs">{last.hash}</code>
        </p>
      )}
    </Panel>
  );
}

function ArchiveRow({ archive }: { archive: Archive }) {
  const { t, i18n } = useTranslation('audit');
  const { id, first_seq: first, last_seq: last, first_at: from, last_at: until } = archive;
  const day = (iso: string): string =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(Date.parse(iso));
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium tabular-nums" title={`${t('archives.sha')} ${archive.sha256}`}>
          {t('archives.span', { first, last })}
        </p>
        <p className="mt-0.5 text-fg-3 text-xs" title={absolute(archive.made_at, i18n.language)}>
          {day(from)} – {day(until)} · {sizeOf(archive.bytes)}
        </p>
      </div>
      {archive.archive_left_at === null || archive.archive_left_at === undefined ? (
        <a
          href={`/api/v1/audit/archives/${id}/content`}
          download
          aria-label={t('archives.download_of', { first, last })}
          className={buttonClass({ size: 'sm' })}
        >
          <Download aria-hidden />
          {t('archives.download')}
        </a>
      ) : (
        <span className="text-fg-3 text-xs">{t('archives.gone')}</span>
      )}
    </li>
  );
}

function Archives() {
  const { t } = useTranslation('audit');
  const list = useArchives();
  const all = list.data?.pages.flatMap((page) => page.results);
  return (
    <section aria-label={t('archives.title')} className="mt-4">
      <h2 className="font-semibold text-base">{t('archives.title')}</h2>
      <p className="mt-0.5 mb-3 text-fg-2">{t('archives.text')}</p>
      <ListCard
        list={list}
        all={all}
        empty={<p className="px-4 py-6 text-center text-fg-3">{t('archives.empty')}</p>}
      >
        {(archives) => (
          <ul aria-label={t('archives.title')} className="divide-y divide-line">
            {archives.map((one) => (
              <ArchiveRow key={one.id} archive={one} />
            ))}
          </ul>
        )}
      </ListCard>
    </section>
  );
}

/** How long the trail is kept, what keeps it longer, how it is proved, and what has left it. */
export default function RetentionPage() {
  const { t } = useTranslation('audit');
  useTitle(t('retention'));
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('retention')}</h1>
            <AuditTabs />
          </>
        }
      />
      <PanelBody>
        <Gate permission="audit.read">
          <Kept />
          <Verify />
          <Archives />
        </Gate>
      </PanelBody>
    </div>
  );
}
