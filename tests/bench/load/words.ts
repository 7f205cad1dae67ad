// What the visitors of the load say: sentences of a shop with a product and an order number in each, so that some words stand in
// every third message, some in one of four hundred, and a number in one alone. Now and then a sentence in another script or
// with characters that search must not take for wildcards.

/** A text for every message of the load, the same whenever it is asked for. */
export const WORDS = `
  create function bench.sentence(place bigint) returns text language sql immutable parallel safe return (array[
    'Where is my order %2$s? I bought the %1$s last week.',
    'The %1$s arrived broken. What can I do?',
    'Can I return order %2$s without the box?',
    'I would like to talk to a person about the %1$s, please.',
    'How long does delivery take for order %2$s?',
    'The discount code did not work for the %1$s.',
    'My invoice %2$s shows the wrong address.',
    'Thank you, that helped.',
    'Do you ship the %1$s abroad?',
    'I was charged twice for order %2$s.',
    'Is the %1$s still in stock?',
    'How do I change the size of the %1$s in order %2$s?',
    'Please cancel order %2$s.',
    'The %1$s does not switch on any more.',
    'Which colours does the %1$s come in?',
    'Your order %2$s is on its way. You can follow it under "My account".',
    'You can send the %1$s back within 30 days. The label is in the parcel.',
    'I am sorry about that. Has the %1$s been opened?',
    'Refunds take three to five working days after we receive the parcel.',
    'Delivery takes two to four working days.',
    'The warranty of the %1$s covers two years.',
    'No, it is the other one, %2$s.',
    'ok',
    'Hello?'
  ])[1 + place];

  create function bench.product(n bigint) returns text language sql immutable parallel safe
  return (array['amber','birch','cedar','delta','ember','frost','grove','haven','ivory','jade'])[1 + n / 40] || ' '
    || (array['lamp','chair','kettle','jacket','tent','bottle','speaker','mirror','basket','clock','rug','shelf','blanket',
      'helmet','drill','toaster','racket','puzzle','camera','scarf'])[1 + n / 2 % 20] || case n % 2 when 0 then '' else ' mini' end;

  create function bench.scatter(n bigint, seq integer) returns bigint language sql immutable parallel safe
  return abs(hashint8(n * 20011 + seq)::bigint);

  create function bench.text_of(n bigint, seq integer) returns text language sql stable parallel safe return case
      when bench.scatter(n, seq) % 400009 < 2 then 'Is the xylophone part of the 100%_deal\\sale?'
      when bench.scatter(n, seq) % 6007 = 1 then '返品したいです。注文番号は' || n || 'です。'
      when bench.scatter(n, seq) % 6007 = 2 then 'אפשר לדבר עם נציג על הזמנה ' || n || '?'
      when bench.scatter(n, seq) % 6007 = 3 then 'Können wir über die Größe reden?'
      else format(bench.sentence(bench.scatter(n, seq) % 24), bench.product(bench.scatter(seq, n::integer) % 400), 1000000 + n)
    end;
`;
