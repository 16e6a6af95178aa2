import { type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { leave } from '@/lib/leave';
import { Button } from '@/ui/button';
import { FormError } from '@/ui/form-error';
import { type Offer, useDiscover } from '../api';
import { readArrival, textOf } from '../arrival';

/** Where an address of the form around it signs in. One way is taken at once; of several, one is chosen. */
export function CompanySignIn() {
  const { t } = useTranslation('accounts');
  const discover = useDiscover();
  const { next } = readArrival(useLocation().search);
  const [isLeaving, setLeaving] = useState(false);
  const go = ({ url }: Offer): void => {
    setLeaving(true);
    leave.to(url);
  };
  const ask = (event: MouseEvent<HTMLButtonElement>): void => {
    const { form } = event.currentTarget;
    const field = form?.elements.namedItem('email');
    if (form === null || !(field instanceof HTMLInputElement) || !field.reportValidity()) return;
    discover.mutate(
      { email: textOf(new FormData(form), 'email').trim(), next },
      {
        onSuccess: ({ offers }) => {
          const [only] = offers;
          if (only !== undefined && offers.length === 1) go(only);
        },
      },
    );
  };
  const offers = discover.data?.offers ?? [];
  return (
    <div className="flex flex-col gap-3 border-line border-t pt-4">
      {discover.error !== null && <FormError>{discover.error.message}</FormError>}
      {discover.data?.method === 'password' && <FormError>{t('company.unknown')}</FormError>}
      {offers.length > 1 ? (
        <>
          <p className="text-fg-2">{t('company.choose')}</p>
          {offers.map((offer) => (
            <Button
              key={offer.url}
              size="lg"
              isBusy={isLeaving}
              onClick={() => {
                go(offer);
              }}
            >
              {offer.name}
            </Button>
          ))}
        </>
      ) : (
        <Button size="lg" isBusy={discover.isPending || isLeaving} onClick={ask}>
          {t('company.continue')}
        </Button>
      )}
    </div>
  );
}
