-- A demonstration that looks like a Tuesday: the outdoor shop Northpine Outfitters and the Tidewater coffee roastery, three
-- people, ninety days of conversations up to this minute. Everything is made from hashes, so each run tells the same stories
-- relative to now. The past is written as it ended, with the effects of messages and escalations switched off:
-- nothing here is due, no mail goes out, no doorbell rings.

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change_token_new, email_change
)
select '00000000-0000-0000-0000-000000000000', p.id::uuid, 'authenticated', 'authenticated', p.email,
  extensions.crypt('handoff-demo', extensions.gen_salt('bf', 8)), now() - interval '120 days',
  '{"provider":"email","providers":["email"]}', jsonb_build_object('display_name', p.name),
  now() - interval '120 days', now() - interval '120 days', '', '', '', ''
from (values
  ('00000000-0000-4000-8000-0000000000a1', 'owner@demo.handoff.test', 'Maren Lindqvist'),
  ('00000000-0000-4000-8000-0000000000a2', 'agent@demo.handoff.test', 'Ana Ferreira'),
  ('00000000-0000-4000-8000-0000000000a3', 'noor@demo.handoff.test', 'Noor Haddad')
) p (id, email, name);

insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
select gen_random_uuid(), u.id, u.id::text, 'email',
  jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true), now(), u.created_at, u.created_at
from auth.users u
where u.email like '%@demo.handoff.test';

update public.profiles set time_zone = 'Europe/Stockholm' where email = 'owner@demo.handoff.test';
update public.profiles set time_zone = 'Europe/Lisbon' where email = 'agent@demo.handoff.test';
update public.profiles set time_zone = 'Europe/Berlin', notify_escalation = false where email = 'noor@demo.handoff.test';

insert into public.chatbots (id, owner_id, name, greeting, accent_color, contact_text, snippet_seen_at, snippet_seen_url, created_at)
values
  ('c0ffee00-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a1', 'Northpine Outfitters',
   'Hej! Questions about gear, orders or returns? Ask away. A person is never more than one tap away.', '#1f6f54',
   'Call us on +46 8 555 010 40, weekdays 9 to 17.', now() - interval '9 minutes', 'https://northpine.example/', now() - interval '118 days'),
  ('c0ffee00-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000a1', 'Tidewater Coffee Roasters',
   'Good morning! What would you like to know about our coffee?', '#9a3412', null,
   now() - interval '3 hours', 'https://tidewater.example/shop', now() - interval '95 days');

insert into public.chatbot_members (chatbot_id, user_id, role) values
  ('c0ffee00-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a2', 'agent'),
  ('c0ffee00-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a3', 'admin'),
  ('c0ffee00-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000a3', 'agent');

update public.human_support_settings set intent_mode = 'offer' where chatbot_id = 'c0ffee00-0000-4000-8000-000000000001';
update public.office_hours set time_zone = 'Europe/Stockholm',
  weekly = '{"1":[["09:00","17:00"]],"2":[["09:00","17:00"]],"3":[["09:00","17:00"]],"4":[["09:00","17:00"]],"5":[["09:00","12:00"],["13:00","16:00"]]}'
where chatbot_id = 'c0ffee00-0000-4000-8000-000000000001';
update public.lead_forms set timing = 'after_escalation', intro = 'So that we can reach you if you leave this page:',
  fields = '[{"key":"name","label":null,"is_required":false},{"key":"email","label":null,"is_required":true},{"key":"custom_order","label":"Order number","is_required":false}]'
where chatbot_id = 'c0ffee00-0000-4000-8000-000000000001';

insert into public.escalation_recipients (chatbot_id, email, position) values
  ('c0ffee00-0000-4000-8000-000000000001', 'support@northpine.example', 1),
  ('c0ffee00-0000-4000-8000-000000000001', 'agent@demo.handoff.test', 2),
  ('c0ffee00-0000-4000-8000-000000000001', 'noor@demo.handoff.test', 3),
  ('c0ffee00-0000-4000-8000-000000000001', 'night-shift@northpine.example', 4),
  ('c0ffee00-0000-4000-8000-000000000002', 'hello@tidewater.example', 1);

insert into public.followup_buttons (chatbot_id, type, label, value, position) values
  ('c0ffee00-0000-4000-8000-000000000001', 'message', 'Where is my order?', 'Where is my order?', 1),
  ('c0ffee00-0000-4000-8000-000000000001', 'link', 'Size guide', 'https://northpine.example/size-guide', 2),
  ('c0ffee00-0000-4000-8000-000000000001', 'escalate', 'Talk to the team', null, 3);

insert into public.canned_replies (chatbot_id, shortcut, body, created_by) values
  ('c0ffee00-0000-4000-8000-000000000001', 'hello', 'Hi! This is the Northpine team. I have read your conversation, so you need not repeat anything.', '00000000-0000-4000-8000-0000000000a2'),
  ('c0ffee00-0000-4000-8000-000000000001', 'tracking', 'I have asked the carrier to look for your parcel. They answer within one working day, and I will write to you here and by e-mail.', '00000000-0000-4000-8000-0000000000a2'),
  ('c0ffee00-0000-4000-8000-000000000001', 'refund', 'Your refund is on its way. Depending on your bank it arrives within 3 to 5 working days.', '00000000-0000-4000-8000-0000000000a3'),
  ('c0ffee00-0000-4000-8000-000000000001', 'photo', 'Could you send a photo of the damage to support@northpine.example? Please put your order number into the subject.', '00000000-0000-4000-8000-0000000000a2'),
  ('c0ffee00-0000-4000-8000-000000000001', 'bye', 'Glad that is sorted out. Enjoy being outside!', '00000000-0000-4000-8000-0000000000a2');

-- What the assistants know. The first number is how the conversations below refer to it.
create temporary table seed_answers (n int, bot int, question text, answer text);
insert into seed_answers values
(1, 1, 'How long does shipping take?', E'It depends on where the parcel goes:\n\n| Destination | Standard | Express |\n|---|---|---|\n| Sweden | 1–2 days | next day |\n| Rest of the EU | 3–5 days | 2 days |\n| UK, Norway, Switzerland | 4–7 days | 3 days |\n| Everywhere else | 7–14 days | 4–5 days |\n\nOrders placed **before 14:00** on a working day leave the same day.'),
(2, 1, 'Where is my order?', E'You can follow every parcel:\n\n1. Open the shipping e-mail and tap **Track parcel**, or\n2. sign in and look under [Orders](https://northpine.example/account/orders).\n\nNew tracking numbers need a few hours before they show anything. If nothing has moved for **three working days**, tell us and we start a search.'),
(3, 1, 'How do I return something?', E'Returns are free within **60 days**, as long as the item is unused:\n\n- Print a label at [northpine.example/returns](https://northpine.example/returns)\n- Put the item and the slip into any box\n- Hand it in at a parcel shop\n\nThe refund goes to the card you paid with, usually 3–5 working days after we have it.'),
(4, 1, 'Can I exchange for another size?', E'Yes. The quickest way is to **order the new size now** and return the old one free of charge. So nobody can snatch your size while the parcel travels. Write `EXCHANGE` on the return slip and we waive shipping for the second order.'),
(5, 1, 'Which size should I choose?', E'Measure over light clothing and compare with the [size guide](https://northpine.example/size-guide):\n\n| Size | Chest (cm) | Waist (cm) |\n|---|---|---|\n| S | 88–95 | 74–81 |\n| M | 96–103 | 82–89 |\n| L | 104–111 | 90–97 |\n| XL | 112–119 | 98–105 |\n\nBetween two sizes? Shell jackets fit over a mid-layer, so take the *smaller* one.'),
(6, 1, 'What does the warranty cover?', E'Everything we make has a **5-year warranty** on seams, zips and materials. Wear, burns and dog teeth are not covered, but [our workshop](https://northpine.example/repairs) mends those, too, mostly for under €30.'),
(7, 1, 'Can I change or cancel my order?', E'As long as the status is **Received** you can change the address or cancel under [Orders](https://northpine.example/account/orders). Once it says **Packing** we cannot stop it any more; just refuse the parcel or send it back for free.'),
(8, 1, 'Which payment methods do you accept?', E'- Visa, Mastercard, American Express\n- Apple Pay and Google Pay\n- Klarna (pay in 30 days, SE/NO/DE/NL)\n- iDEAL, Bancontact, Swish\n- Bank transfer for companies\n\nYour card is charged when the parcel leaves, not before.'),
(9, 1, 'Can I get an invoice with VAT?', E'Every order comes with a VAT invoice as a PDF: [Orders](https://northpine.example/account/orders) → the order → **Invoice**. To add your VAT number afterwards, write to *accounts@northpine.example* with the order number.'),
(10, 1, 'How do gift cards work?', E'Gift cards come by e-mail within a minute and are valid for **3 years**. Enter the code in the last step of the checkout. What is left stays on the card; see the balance at [northpine.example/gift](https://northpine.example/gift).'),
(11, 1, 'Do you have a student discount?', E'Yes: **10 %** with a valid student e-mail address. Verify it once under *Account → Discounts*. It does not add up with sale prices; the better one counts.'),
(12, 1, 'Where are your stores?', E'We have three:\n\n- **Stockholm**, Götgatan 41, daily 10–19\n- **Göteborg**, Vallgatan 12, Mon–Sat 10–18\n- **Åre**, Årevägen 80, daily 9–18 in season\n\nYou can return online orders there as well.'),
(13, 1, 'How do I wash my rain jacket?', E'Please do wash it; dirt is what makes it leak.\n\n1. Close all zips\n2. 30 °C, liquid detergent, **no softener**, extra rinse\n3. Tumble dry for 20 minutes at low heat\n\nThe warmth brings the water repellency back. If drops still soak in, use a spray such as `TX.Direct`.'),
(14, 1, 'How do I break in new hiking boots?', E'Wear them indoors for an hour a day for **a week**, with the socks you will hike in. Then two or three short walks. Leather wants to be warm and a little damp; never dry boots on a heater.'),
(15, 1, 'Can I take a camping stove on a plane?', E'The **stove** yes, if it is clean and dry. The **fuel** never, neither in the cabin nor in the hold. Most airlines want to be told beforehand; buy gas when you arrive.'),
(16, 1, 'How do I fit a backpack?', E'1. Load it with about 8 kg\n2. Loosen every strap, put the hip belt **on top of your hip bones**, tighten it\n3. Then the shoulder straps, until they touch all round\n4. Load lifters at about 45°\n\nThe hips should carry *80 %* of the weight.'),
(17, 1, 'My parcel is lost or damaged', E'Sorry about that! For **damage**, keep the box and take two photos. For a **lost** parcel we open a search with the carrier, which takes up to 5 working days; then we send it again or refund you, as you like. A person from the team does both for you.'),
(18, 1, 'Do you ship internationally and who pays customs?', E'We ship to 42 countries. Within the **EU** there is no customs. For the **UK, Norway and Switzerland** duties are in the price already. Everywhere else the carrier collects them at your door.'),
(19, 1, 'How does the loyalty programme work?', E'One point per euro, **100 points = €5**. Points arrive when the return period is over and are good for two years. Repairs earn *double points*, because the greenest jacket is the one you have.'),
(20, 1, 'How do repairs work?', E'Fill in the [repair form](https://northpine.example/repairs), send the clean item in, and we answer with a price before we begin. Usual times:\n\n| Repair | Time | Price |\n|---|---|---|\n| Zip | 2 weeks | €25 |\n| Tear | 1 week | €15 |\n| Seam tape | 2 weeks | €20 |\n| Boot sole | 4 weeks | €79 |'),
(21, 1, 'Is your gear sustainable?', E'All shells are **PFC-free** since 2022, the down is RDS certified and traceable, and 81 % of our fabric is recycled. The weak spot is freight. It is all in the [yearly report](https://northpine.example/report).'),
(22, 1, 'Do you match prices?', E'If a shop in the EU sells the same article, in stock, for less, we match the price up to **14 days** after your order. Marketplaces and clearance sales do not count.'),
(23, 1, 'Do you sell to companies and clubs?', E'Yes, from **10 pieces**: graded prices, your logo on most garments (3 weeks), payment by invoice. Write to *teams@northpine.example* or ask for a person here.'),
(24, 1, 'When will an item be back in stock?', E'On the product page tap **Tell me**: you get one e-mail the moment it is back. Most sizes return within four weeks; discontinued ones say *last chance*.'),
(25, 1, 'I forgot my password', E'Use [Forgot password](https://northpine.example/account/reset). The link is valid for one hour. No mail? Look into the spam folder, and check whether you ordered as a guest: then there is no account yet.'),
(26, 1, 'How do you handle my data?', E'We keep orders for 7 years because the law says so, and everything else only as long as you have an account. Delete it under *Account → Privacy*. We sell nothing to anybody. [Privacy policy](https://northpine.example/privacy)'),
(27, 1, 'How do I pitch and store a tent?', E'Pitch it once at home before the trip. Afterwards:\n\n- dry it **completely**, a damp tent moulds in two days\n- do not fold, *stuff* it: folds crack the coating\n- store it loosely, in a pillow case, not in its bag'),
(28, 1, 'Which sleeping bag do I need?', E'Look at the **comfort** temperature, not at the limit, and take 5 °C in reserve:\n\n| Season | Comfort | Ours |\n|---|---|---|\n| Summer | +8 °C | Brisa 400 |\n| Three seasons | 0 °C | Tjäle 700 |\n| Winter | −12 °C | Polar 1100 |\n\nYou sleep cold? Add another 5 °C.'),
(29, 1, 'What are your opening hours?', E'Customer service answers **Monday to Thursday 9–17** and **Friday 9–16** (Stockholm time), by phone, e-mail and here.\n\nThe stores: Stockholm daily 10–19, Göteborg Mon–Sat 10–18, Åre daily 9–18 in season. On public holidays we are closed.'),
(30, 1, 'When do I get my refund?', E'We send the money back as soon as your return has been checked, usually **two working days** after it reaches us. Your bank needs another 3–5 working days; Klarna and Swish are there the same day. You get an e-mail when we have paid.'),
(31, 1, 'Something is broken. What can I do?', E'First of all: sorry! Take two photos and look at the age of the thing:\n\n- **Under 5 years** and not worn out: that is a [warranty claim](https://northpine.example/warranty), and costs you nothing.\n- **Otherwise** [our workshop](https://northpine.example/repairs) mends zips, seams, poles and soles.\n\nDid it arrive like that? Tell us within two weeks and we replace it.'),
(32, 1, 'How can I contact you?', E'- Here: tap **Talk to a human**\n- Phone: +46 8 555 010 40, weekdays 9 to 17\n- E-mail: *support@northpine.example*, answered within one working day'),
(33, 1, 'How much does shipping cost?', E'| Destination | Standard | Express |\n|---|---|---|\n| Sweden | free from €50, else €4 | €9 |\n| Rest of the EU | free from €100, else €8 | €19 |\n| UK, Norway, Switzerland | €12 | €29 |\n| Everywhere else | €18 | €39 |\n\nReturns are free from anywhere in the EU.'),
(34, 1, 'Wie kann ich etwas zurückgeben?', E'Rückgaben sind **60 Tage** lang kostenlos, solange der Artikel unbenutzt ist: Etikett unter [northpine.example/returns](https://northpine.example/returns) drucken, aufkleben, im Paketshop abgeben. Das Geld ist 3–5 Werktage nach Eingang wieder auf Ihrem Konto.'),
(35, 1, 'Wo ist meine Bestellung?', E'In der Versand-E-Mail auf **Paket verfolgen** tippen, oder anmelden und unter [Bestellungen](https://northpine.example/account/orders) nachsehen. Bewegt sich drei Werktage lang nichts, suchen wir danach.'),
(36, 1, 'Comment retourner un article ?', E'Les retours sont gratuits pendant **60 jours**, si l’article n’a pas servi : imprimez l’étiquette sur [northpine.example/returns](https://northpine.example/returns) et déposez le colis en point relais. Le remboursement arrive 3 à 5 jours ouvrés après.'),
(41, 2, 'How do I brew your coffee?', E'Start with **60 g per litre**, water at 94 °C, three minutes. Sour? Grind finer. Bitter? Grind coarser.'),
(42, 2, 'How does the subscription work?', E'Choose a coffee and a rhythm of 1, 2 or 4 weeks. Pause, skip or cancel any time under [My subscription](https://tidewater.example/subscription), up to **two days before roasting**.'),
(43, 2, 'When do you roast?', E'On **Tuesdays and Thursdays**. We post the same day, so it is at yours within a week of roasting.'),
(44, 2, 'Do you have decaf?', E'Yes: *Slack Tide*, a washed Colombian, decaffeinated with sugar cane. It tastes of **caramel and orange**.'),
(45, 2, 'Do you sell to cafés?', E'Gladly, from 10 kg a month, with training and a loan grinder. A person from the team makes you an offer.');

insert into public.answers (id, chatbot_id, question, answer, created_at, updated_at)
select overlay(overlay(md5('answer ' || s.n) placing '4' from 13) placing '8' from 17)::uuid,
  ('c0ffee00-0000-4000-8000-00000000000' || s.bot)::uuid, s.question, s.answer, now() - interval '90 days', now() - interval '90 days'
from seed_answers s;

create temporary table seed_asks (topic int, text text);
insert into seed_asks values
(1, 'how long does delivery to the Netherlands take?'), (1, 'If I order today, will it be in Malmö by Friday?'), (1, 'shipping time to austria??'),
(2, 'Where is my order?'), (2, 'Order NP-20418 still says "in transit" since Monday'), (2, 'tracking link shows nothing'), (2, 'has my parcel shipped yet'),
(3, 'How can I send these trousers back?'), (3, 'i want to return a fleece, lost the slip'), (3, 'is return free from Denmark'),
(4, 'The jacket is too small, can I swap it for an L?'), (4, 'exchange boots 42 -> 43'),
(5, 'I am 182 cm and 78 kg, M or L?'), (5, 'do your shells run small'), (5, 'size chart women''s trousers?'),
(6, 'Zip broke after two years. Is that covered?'), (6, 'How long is the warranty on the Tjäle 700'),
(7, 'I typed the wrong address!! can you change it'), (7, 'please cancel my order'), (7, 'add socks to existing order possible?'),
(8, 'Can I pay with Klarna?'), (8, 'do you take amex'), (9, 'I need an invoice with our VAT number'), (10, 'gift card code does not work'),
(11, 'student discount?'), (12, 'are you open in Åre on sunday'), (13, 'My rain jacket gets wet through. What can I do?'),
(13, 'can i tumble dry the storm shell'), (14, 'heel rubs in my new boots'), (15, 'can I bring the Spiggen stove on a flight'),
(16, 'straps cut into my shoulders, am I wearing it wrong'), (17, 'The parcel arrived crushed and the mug is broken'),
(17, 'DHL says delivered but I have nothing'), (17, 'my parcel is lost I think'), (18, 'Do you deliver to Canada and what about duty?'),
(18, 'customs for the UK?'), (19, 'How many points do I have?'), (20, 'Can you fix a burn hole in a down jacket?'),
(20, 'how much is a new sole for Ridge boots'), (21, 'Are the jackets PFAS free?'), (22, 'Same tent is 20 € cheaper elsewhere, will you match?'),
(23, 'we need 25 jackets with our club logo'), (24, 'when is the Brisa tent back in green'), (25, 'cannot log in'), (25, 'reset mail never arrives'),
(26, 'please delete my account'), (27, 'how do I store the tent over winter'), (28, 'sleeping bag for Lapland in september?'),
(41, 'what ratio for v60?'), (41, 'my espresso tastes sour'), (42, 'how do I skip next month'), (42, 'cancel subscription'),
(43, 'when is the next roast'), (44, 'got any decaf that tastes of something'), (45, 'wholesale prices for our café please');

-- What visitors say before they want a person, and how the team ended it.
create temporary table seed_endings (n int, plea text, first_reply text, back text, last_reply text, thanks text, note text);
insert into seed_endings values
(0, 'I have done all of that already. Can I talk to somebody?', 'Hi! I am looking at your order now. Give me two minutes.', 'ok, thank you', 'Found it: the label was torn off at the depot in Hamburg. A new parcel leaves today, express and free of charge.', 'wow, that was quick. Thanks!', 'Depot Hamburg again, third time this month. Told the carrier.'),
(1, 'That does not answer my question', 'Sorry about that. May I ask which jacket it is and when you bought it?', 'Storm Shell, spring 2024', 'Then it is under warranty. I have sent you a prepaid label; the workshop needs about two weeks.', 'perfect', 'Warranty repair, customer keeps old jacket until label arrives.'),
(2, 'Human please', 'Hello, a human here 🙂 What can I do for you?', 'I was charged twice for order NP-19873', 'I see both. One was only a reservation, and the bank releases it by Thursday. I have attached the confirmation to your order.', 'great, thanks for checking', null),
(3, 'this is for a trip on saturday, I really need an answer', 'I understand. I have just phoned the warehouse.', 'and?', 'They will put it on the van tonight. You will get a text message with a two-hour window tomorrow.', 'you saved our weekend', 'Phoned Lasse in the warehouse.'),
(4, 'can someone from your team call me', 'Of course. Would this afternoon between 14 and 16 suit you?', 'yes after 15', 'Noted: we call you at 15:15 on the number in your account.', 'thx', 'Call back 15:15. Done, sold two tents.'),
(5, 'The form gives an error every time: "invalid postcode"', 'Thank you for telling us! Which country is it for?', 'Ireland, D02 X285', 'That was our mistake; Irish postcodes work now. I have taken 10 % off your order for your trouble.', 'very kind!', 'Bug in checkout, reported to web team as SHOP-812.'),
(6, 'we would like an offer for 25 jackets with logo, who can do that', 'That would be me! Which model, and do you have the logo as a vector file?', 'Storm Shell in navy, yes as SVG', 'I have sent the offer to your address. It is valid for 30 days.', 'received, we will order this week', 'Offer 2026-118 sent.'),
(7, 'I am really disappointed. Third time I ask.', 'You are right to be, and I am sorry. I am taking this over personally.', 'finally', 'Your refund went out just now, and I have added a €20 gift card. Here is my direct address in case anything else comes up: maren@northpine.example', 'ok. appreciated.', 'Refunded in full, goodwill card 20 €. Follow up next week.');

create temporary table seed_foreign (n int, language text, ask text, reply text, plea text, human text, thanks text);
insert into seed_foreign values
(0, 'de', 'Wie lange habe ich Zeit für eine Rücksendung?', E'Sie haben **60 Tage** Zeit. Das Etikett gibt es unter [northpine.example/returns](https://northpine.example/returns):\n\n- ausdrucken\n- aufkleben\n- im Paketshop abgeben', 'Ich habe keinen Drucker. Kann mir jemand helfen?', 'Guten Tag! Ich habe Ihnen einen QR-Code geschickt, den druckt der Paketshop für Sie aus.', 'Super, vielen Dank!'),
(1, 'fr', 'Bonjour, ma veste prend l''eau, que faire ?', E'Lavez-la d''abord à **30 °C**, sans adoucissant, puis 20 minutes au sèche-linge. La chaleur réactive l''imperméabilisation.', 'Déjà fait. Je voudrais parler à quelqu''un.', 'Bonjour ! Envoyez-la-nous, l''atelier refait l''étanchéité des coutures gratuitement.', 'Merci beaucoup, c''est parfait.'),
(2, 'es', '¿Hacéis envíos a las Islas Canarias?', E'Sí, en **7–10 días**. Fuera de la zona del IVA se paga el *IGIC* a la entrega.', '¿Puedo hablar con una persona? Es para una empresa.', '¡Hola! Le preparo una factura sin IVA, ¿me da su NIF?', 'Perfecto, gracias.'),
(3, 'ja', '日本への送料はいくらですか？', E'日本への配送料は一律 **€18** です。\n\n- 通常便：7〜14日\n- 速達便：4〜5日\n\n関税は配達時にお支払いください。', '注文した靴のサイズを変更したいので、担当者と話せますか？', 'こんにちは。26.5cmに変更しました。明日発送いたします。', 'ありがとうございます！助かりました。'),
(4, 'ar', 'هل يمكنني إرجاع الحذاء إذا كان المقاس غير مناسب؟', E'نعم، الإرجاع مجاني خلال **60 يومًا**:\n\n1. اطبع الملصق من [صفحة الإرجاع](https://northpine.example/returns)\n2. ضع الحذاء في أي علبة\n3. سلّمه إلى أقرب نقطة', 'أريد التحدث إلى موظف من فضلك', 'أهلًا بك! أرسلت لك مقاسًا أكبر اليوم، ولا داعي لإعادة الأول قبل وصوله.', 'شكرًا جزيلًا لكم'),
(5, 'he', 'כמה זמן לוקח משלוח לישראל?', E'משלוח רגיל לוקח **7–14 ימים**, ומשלוח מהיר 4–5 ימים. המכס נגבה בעת המסירה.', 'החבילה שלי תקועה במכס כבר שבוע. אפשר לדבר עם נציג?', 'שלום! שלחתי למכס את החשבונית החסרה, החבילה תשוחרר מחר.', 'תודה רבה!'),
(6, 'pt', 'A tenda Brisa aguenta vento forte?', E'Aguenta até **70 km/h** com todos os esticadores. Para mais do que isso recomendamos a *Fjell 2*.', 'Qual das duas? Preferia falar com alguém da equipa.', 'Olá! Para a Serra da Estrela em fevereiro: a Fjell 2, sem dúvida.', 'Obrigado pela ajuda!'),
(7, 'nl', 'Kan ik in Amsterdam ergens passen?', E'Nog niet. Bestel gerust **twee maten** en stuur er een gratis terug.', 'Kan een medewerker me bellen over maat?', 'Hoi! Ik bel je om 16 uur, goed?', 'Top, dank je wel'),
(8, 'tr', 'Botları makinede yıkayabilir miyim?', E'Hayır, lütfen **elde** yıkayın:\n\n- ılık su\n- yumuşak fırça\n- gazete kâğıdıyla kurutun', 'Tabanı açıldı, bir yetkiliyle görüşmek istiyorum', 'Merhaba! Garanti kapsamında, ücretsiz kargo kodu gönderdim.', 'Çok teşekkürler'),
(9, 'zh', '这款睡袋适合零下十度吗？', E'建议选择 **Polar 1100**，舒适温标为 −12 °C。怕冷的话请再留 5 °C 的余量。', '我想找人工客服确认一下长度', '您好！身高185厘米请选加长款，我已为您预留一件。', '谢谢！'),
(10, 'ko', '교환은 어떻게 하나요?', E'새 사이즈를 **먼저 주문**하고 기존 상품은 무료로 반품해 주세요.', '상담원과 이야기하고 싶어요', '안녕하세요! 교환 주문을 바로 만들어 드렸습니다.', '감사합니다!');

create temporary table seed_people (n int, name text, email text, language text);
insert into seed_people select row_number() over () - 1, p.name, p.email, p.language from (values
  ('Johanna Ek', 'johanna.ek@mail.example', 'en'), ('Piet de Vries', 'piet@devries.example', 'nl'), ('Aoife Byrne', 'aoife.byrne@post.example', 'en'),
  ('Lukas Steiner', 'l.steiner@mail.example', 'de'), ('Chiara Moretti', 'chiara.m@posta.example', 'it'), ('Omar Benali', 'omar@benali.example', 'ar'),
  ('Sofia Nowak', 'sofia.nowak@poczta.example', 'pl'), ('Emil Sørensen', 'emil@soerensen.example', 'en'), ('Yuki Tanaka', 'y.tanaka@mail.example', 'ja'),
  ('Grace Okafor', 'grace.okafor@mail.example', 'en'), ('Tomás Herrera', 'tomas@herrera.example', 'es'), ('Ines Carvalho', 'ines.c@correio.example', 'pt'),
  ('David Levi', 'david.levi@mail.example', 'he'), ('Leila Mansour', 'leila@mansour.example', 'ar'), ('Henrik Aalto', 'henrik.aalto@posti.example', 'en'),
  ('Mei-Ling Chen', 'meiling@chen.example', 'zh'), ('Jack O''Connor', 'jack.oconnor@post.example', 'en'), ('Burak Yılmaz', 'burak@yilmaz.example', 'tr'),
  ('Camille Dubois', 'camille@dubois.example', 'fr'), ('Nora Fjeld', 'nora.fjeld@post.example', 'en'), ('Samuel Peter', 'sam.peter@mail.example', 'en'),
  ('Katarzyna Lis', 'kasia.lis@poczta.example', 'pl'), ('Ravi Menon', 'ravi.menon@mail.example', 'en'), ('Elena Petrova', 'elena@petrova.example', 'en'),
  ('Miriam Vogt', 'miriam.vogt@mail.example', 'de'), ('Étienne Garnier', 'e.garnier@courriel.example', 'fr'), ('Lucía Navarro', 'lucia.navarro@correo.example', 'es'),
  ('Haruto Sato', 'h.sato@mail.example', 'ja'), ('Noa Ben-Ami', 'noa@benami.example', 'he'), ('Duarte Sousa', 'duarte.sousa@correio.example', 'pt'),
  ('Femke Bakker', 'femke@bakker.example', 'nl'), ('Elif Demir', 'elif.demir@posta.example', 'tr'), ('Wei Zhang', 'wei.zhang@mail.example', 'zh'),
  ('Ji-woo Kim', 'jiwoo.kim@mail.example', 'ko'), ('Min-seo Park', 'minseo@park.example', 'ko')
) p (name, email, language);

-- The dice: the same key always falls the same way.
create function pg_temp.rnd(key text) returns float8 language sql immutable as $$
  select ('x' || substr(md5(key), 1, 8))::bit(32)::bigint / 4294967296.0
$$;
create function pg_temp.pick(key text, sides int) returns int language sql immutable as $$
  select floor(pg_temp.rnd(key) * sides)::int
$$;
create function pg_temp.uid(key text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('northpine ' || key) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function pg_temp.person(name text) returns uuid language sql stable as $$
  select user_id from public.profiles where display_name like name || '%'
$$;

-- The past happened already: what a new message or escalation would set off must not be set off again.
alter table public.messages disable trigger user;
alter table public.leads disable trigger user;
alter table public.escalations disable trigger user;
alter table public.timeline_entries disable trigger user;
alter table public.deliveries disable trigger user;

create function pg_temp.say(
  c public.conversations, n int, at timestamptz, who public.message_role, words text, author uuid default null,
  answered_by uuid default null, about text default null
) returns uuid language sql as $$
  insert into public.messages (id, conversation_id, chatbot_id, seq, role, text, event, author_id, answer_id, created_at, suggest_human)
  values (pg_temp.uid(c.session_id || n), c.id, c.chatbot_id, n, who, words, about, author, answered_by, at,
    who = 'assistant' and answered_by is null and words like '%person%')
  returning id
$$;

create function pg_temp.escalate(
  c public.conversations, number int, at timestamptz, why public.escalation_trigger, message_id uuid
) returns uuid language sql as $$
  insert into public.escalations (id, conversation_id, chatbot_id, number, trigger, message_id, tapped_at, escalated_at, question)
  values (pg_temp.uid(c.session_id || 'escalation' || number), c.id, c.chatbot_id, number, why, message_id,
    at - interval '400 milliseconds', at, coalesce((
      select m.text from public.messages m where m.conversation_id = c.id and m.role = 'visitor' order by m.seq desc limit 1), ''))
  returning id
$$;

-- How long ago a conversation began: the first ones a few minutes to a day ago, the others by day, more at noon than at night
-- and fewer at weekends.
create function pg_temp.began(key text, i int, bot int) returns timestamptz language plpgsql stable as $$
declare
  minutes int[] := '{5,34,96,141,263,431,702,1003,1310}';
  at timestamptz;
begin
  if bot = 1 and i <= cardinality(minutes) then
    return now() - make_interval(mins => minutes[i]);
  end if;
  at := date_trunc('day', now()) - make_interval(days => 1 + pg_temp.pick(key || 'day', 89))
    + make_interval(secs => 3600 * (6 + 14 * (pg_temp.rnd(key || 'h1') + pg_temp.rnd(key || 'h2')) / 2));
  if extract(isodow from at) > 5 and pg_temp.rnd(key || 'weekend') < 0.6 then
    at := at - interval '2 days';
  end if;
  return least(at, now() - interval '1 day');
end
$$;

do $$
declare
  c public.conversations;
  key text;
  ask record;
  ending seed_endings;
  foreigner seed_foreign;
  visitor seed_people;
  team uuid[] := array[pg_temp.person('Ana'), pg_temp.person('Ana'), pg_temp.person('Noor'), pg_temp.person('Maren')];
  agent uuid;
  t timestamptz;
  n int;
  last_answer uuid;
  why public.escalation_trigger;
  escalation uuid;
  is_escalated boolean;
  stays text;
  pause interval;
  older_open int := 0;
  stale_open int := 0;
begin
  for bot in 1..2 loop
    for i in 1..(case bot when 1 then 340 else 60 end) loop
      key := bot || '/' || i;
      foreigner := null;
      if bot = 1 and (i in (2, 6) or (i > 9 and pg_temp.rnd(key || 'language') < 0.15)) then
        foreigner := (select f from seed_foreign f where f.n = case i when 2 then 3 when 6 then 4 else pg_temp.pick(key || 'which', 11) end);
      end if;
      -- English is everybody's second language; whoever writes another one has a name from there.
      visitor := (select p from seed_people p where coalesce(p.language = foreigner.language, p.n < 24)
        order by md5(key || 'who' || p.n) limit 1);
      is_escalated := case when bot = 1 and i <= 9 then i in (1, 2, 3, 6, 8) else pg_temp.rnd(key || 'ask') < 0.2 end;
      t := pg_temp.began(key, i, bot);
      c := null;
      insert into public.conversations (id, chatbot_id, session_id, language, page_url, user_agent, created_at, last_activity_at)
      values (pg_temp.uid(key), ('c0ffee00-0000-4000-8000-00000000000' || bot)::uuid, 'embed-' || md5('session ' || key),
        coalesce(foreigner.language, 'en'), case bot
          when 1 then 'https://northpine.example/' || (array['', 'rain-jackets/storm-shell', 'tents/brisa', 'boots/ridge', 'cart', 'returns'])[1 + pg_temp.pick(key || 'page', 6)]
          else 'https://tidewater.example/shop' end,
        (array['Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Safari/605.1', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0',
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) Firefox/145.0', 'Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile'])[1 + pg_temp.pick(key || 'ua', 4)],
        t, t)
      returning * into c;

      n := 0;
      if foreigner.n is not null then
        perform pg_temp.say(c, 1, t, 'visitor', foreigner.ask);
        last_answer := pg_temp.say(c, 2, t + interval '3 seconds', 'assistant', foreigner.reply);
        n := 2;
      else
        for turn in 1..1 + pg_temp.pick(key || 'turns', 3) loop
          select a.text, s.answer, pa.id into ask
          from (select x.*, row_number() over (order by x.topic, x.text) - 1 as k, count(*) over () as total
                from seed_asks x where (x.topic > 40) = (bot = 2)) a
          join seed_answers s on s.n = a.topic
          join public.answers pa on pa.chatbot_id = c.chatbot_id and pa.question = s.question
          where a.k = pg_temp.pick(key || 'topic' || turn, a.total::int);
          perform pg_temp.say(c, n + 1, t, 'visitor', ask.text);
          t := t + interval '2.4 seconds';
          last_answer := pg_temp.say(c, n + 2, t, 'assistant', ask.answer, null, ask.id);
          n := n + 2;
          t := t + make_interval(secs => 25 + 90 * pg_temp.rnd(key || 'reads' || turn));
        end loop;
        if pg_temp.rnd(key || 'thumb') < (case when is_escalated then 0.08 else 0.42 end) then
          update public.messages m set feedback = 'positive' where m.id = last_answer;
        elsif not is_escalated and pg_temp.rnd(key || 'thanks') < 0.3 then
          perform pg_temp.say(c, n + 1, t, 'visitor', (array['thanks!', 'great, thank you', 'ok cool', '👍', 'Perfect, that helps'])[1 + pg_temp.pick(key || 'ty', 5)]);
          perform pg_temp.say(c, n + 2, t + interval '2 seconds', 'assistant', 'You are welcome! Is there anything else?');
          n := n + 2;
        end if;
      end if;

      if pg_temp.rnd(key || 'lead') < (case when is_escalated then 0.65 else 0.07 end) then
        insert into public.leads (conversation_id, chatbot_id, name, email, phone, custom, created_at, updated_at)
        values (c.id, c.chatbot_id, visitor.name, visitor.email,
          case when pg_temp.rnd(key || 'phone') < 0.3 then '+46 70 ' || 100 + pg_temp.pick(key || 'number', 900) || ' 45 67' end,
          case when bot = 1 then jsonb_build_object('custom_order', 'NP-' || 18000 + pg_temp.pick(key || 'order', 4000)) else '{}' end,
          t + interval '50 seconds', t + interval '50 seconds');
      end if;
      continue when not is_escalated;

      ending := (select e from seed_endings e where e.n = pg_temp.pick(key || 'ending', 8));
      why := (array['inline_cta', 'inline_cta', 'inline_cta', 'followup_button', 'compact_link', 'intent', 'inline_cta', 'api'])[1 + pg_temp.pick(key || 'trigger', 8)];
      if why = 'intent' or foreigner.n is not null or pg_temp.rnd(key || 'types') < 0.6 then
        perform pg_temp.say(c, n + 1, t + interval '20 seconds', 'visitor', coalesce(foreigner.plea, ending.plea));
        n := n + 1;
        if foreigner.n is null then
          last_answer := pg_temp.say(c, n + 1, t + interval '22 seconds', 'assistant', 'I do not know that for certain. Would you like to talk to a person?');
          n := n + 1;
        end if;
      end if;
      t := t + interval '31 seconds';
      escalation := pg_temp.escalate(c, 1, t, why, case when why = 'inline_cta' then last_answer end);

      -- What became of it: untouched, opened, in hand, or resolved.
      stays := case
        when bot = 1 and i in (1, 2) then 'untouched'
        when bot = 1 and i = 6 then 'opened'
        when bot = 1 and i = 3 then 'in hand'
        when bot = 1 and stale_open = 0 and t between now() - interval '12 days' and now() - interval '6 days' then 'in hand'
        when bot = 1 and older_open < 2 and t < now() - interval '33 days' and pg_temp.rnd(key || 'left') < 0.3 then 'opened'
        when bot = 2 and t > now() - interval '9 days' and pg_temp.rnd(key || 'left') < 0.4 then 'opened'
        else 'resolved' end;
      continue when stays = 'untouched';
      agent := team[1 + pg_temp.pick(key || 'agent', 4)];
      agent := case when bot = 2 and agent = team[1] then team[3] when bot = 1 and i in (3, 6) then team[1] else agent end;
      pause := least(make_interval(secs => 60 * exp(0.6 + 3.2 * pg_temp.rnd(key || 'waits'))), (now() - t) / 4);
      t := t + pause;
      update public.escalations e set first_opened_at = t, first_opened_by = agent where e.id = escalation;
      if stays = 'opened' then
        older_open := older_open + (t < now() - interval '32 days')::int;
        continue;
      end if;
      t := t + pause / 5;
      update public.escalations e set claimed_at = t, claimed_by = agent where e.id = escalation;
      t := t + pause / 3;
      perform pg_temp.say(c, n + 1, t, 'system', split_part((select display_name from public.profiles where user_id = agent), ' ', 1), agent, null, 'person_joined');
      perform pg_temp.say(c, n + 2, t + interval '1 second', 'agent', coalesce(foreigner.human, ending.first_reply), agent);
      update public.escalations e set first_replied_at = t + interval '1 second', first_replied_by = agent where e.id = escalation;
      n := n + 2;
      t := t + pause / 6;
      if foreigner.n is null then
        perform pg_temp.say(c, n + 1, t, 'visitor', ending.back);
        n := n + 1;
      end if;
      if stays = 'in hand' then
        stale_open := stale_open + (t < now() - interval '5 days')::int;
        insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data, created_at)
        values (c.chatbot_id, c.id, escalation, 'note.added', agent, jsonb_build_object('id', pg_temp.uid(key || 'note'),
          'text', 'Waiting for the carrier. Please do not resolve before they answer.'), t + pause / 8);
        continue;
      end if;
      t := t + least(make_interval(secs => 60 * exp(1.5 + 5.2 * pg_temp.rnd(key || 'takes'))), (now() - t) / 2);
      if foreigner.n is null then
        perform pg_temp.say(c, n + 1, t, 'agent', ending.last_reply, agent);
        n := n + 1;
        if ending.note is not null then
          insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data, created_at)
          values (c.chatbot_id, c.id, escalation, 'note.added', agent,
            jsonb_build_object('id', pg_temp.uid(key || 'note'), 'text', ending.note), t + interval '40 seconds');
        end if;
      end if;
      if pg_temp.rnd(key || 'says thanks') < 0.75 then
        perform pg_temp.say(c, n + 1, t + interval '80 seconds', 'visitor', coalesce(foreigner.thanks, ending.thanks));
        n := n + 1;
      end if;
      t := least(t + interval '3 minutes', now() - interval '1 minute');
      update public.escalations e set status = 'resolved', resolved_at = t, resolved_by = agent where e.id = escalation;

      -- Some come back a day or two later: a second episode of the same conversation.
      if i % 23 = 0 and t < now() - interval '4 days' then
        t := t + interval '1 day' * (1 + pg_temp.rnd(key || 'again'));
        perform pg_temp.say(c, n + 1, t, 'visitor', 'Hello again, sorry: it happened once more.');
        escalation := pg_temp.escalate(c, 2, t + interval '9 seconds', 'compact_link', null);
        perform pg_temp.say(c, n + 2, t + interval '20 minutes', 'agent', 'Hi again! I am on it, and this time I will stay until it works.', agent);
        perform pg_temp.say(c, n + 3, t + interval '3 hours', 'agent', 'Done. I have checked it twice.', agent);
        update public.escalations e set status = 'resolved', first_opened_at = t + interval '14 minutes', first_opened_by = agent,
          claimed_at = t + interval '15 minutes', claimed_by = agent, first_replied_at = t + interval '20 minutes',
          first_replied_by = agent, resolved_at = t + interval '3 hours 5 minutes', resolved_by = agent
        where e.id = escalation;
      end if;
    end loop;
  end loop;
end
$$;

-- Suggested questions under most of the assistant's answers, as the assistant itself would suggest them.
update public.messages m set followups = near.questions
from (select a.id, private.related_to(a.id) as questions from public.answers a) near
where near.id = m.answer_id and pg_temp.rnd('followups' || m.id) < 0.7;

insert into private.escalation_requests (conversation_id, request_id, escalation_id, created_at)
select e.conversation_id, e.request_id, e.id, e.escalated_at from public.escalations e;

update public.conversations c set
  started_at = s.started_at, last_seq = s.last_seq, message_count = s.message_count, version = s.last_seq + 2,
  last_message_at = s.last_message_at, last_message_role = l.role,
  last_message_preview = left(btrim(regexp_replace(left(l.text, 1000), '\s+', ' ', 'g')), 160),
  last_activity_at = greatest(s.last_message_at, e.escalated_at),
  visitor_name = d.name, visitor_email = d.email, visitor_read_seq = s.last_seq,
  escalation_id = e.id, escalation_status = e.status, escalated_at = e.escalated_at, escalation_count = coalesce(e.number, 0),
  claimed_by = e.claimed_by,
  handled_by = case when e.status = 'open' then e.first_replied_by end,
  assistant_muted_until = case when e.status = 'open' then e.first_replied_at + interval '24 hours' end
from (
  select m.conversation_id, min(m.created_at) as started_at, max(m.seq) as last_seq,
    count(*) filter (where m.role <> 'system') as message_count,
    max(m.created_at) filter (where m.role <> 'system') as last_message_at,
    max(m.seq) filter (where m.role <> 'system') as last_said
  from public.messages m group by m.conversation_id
) s
join public.messages l on l.conversation_id = s.conversation_id and l.seq = s.last_said
left join lateral (
  select * from public.escalations x where x.conversation_id = s.conversation_id order by x.number desc limit 1
) e on true
left join public.leads d on d.conversation_id = s.conversation_id
where c.id = s.conversation_id;

update public.escalations e set seen_at = least(e.first_opened_at, e.claimed_at, e.first_replied_at, e.resolved_at),
  seen_by = coalesce(e.first_opened_by, e.claimed_by, e.first_replied_by, e.resolved_by)
where e.seen_at is null;

-- Whoever opened a case has read it; the owner looks in on everything older than two days.
insert into public.conversation_reads (conversation_id, user_id, chatbot_id, last_read_seq, last_read_at)
select c.id, reader.user_id, c.chatbot_id, c.last_seq, c.last_activity_at
from public.conversations c
join public.escalations e on e.id = c.escalation_id
cross join lateral (
  select e.first_opened_by as user_id where e.first_opened_by is not null
  union
  select pg_temp.person('Maren') where c.last_activity_at < now() - interval '2 days'
) reader;

-- The receipts. One address bounced weeks ago and has been left alone since; one member has switched alerts off; one
-- escalation met a mail provider that refused everything, one came while the owner's own alerts were off.
insert into private.suppressed_addresses (email, reason, since)
values ('night-shift@northpine.example', 'HardBounce', now() - interval '61 days');

insert into public.deliveries (
  id, chatbot_id, conversation_id, escalation_id, kind, purpose, recipient, status, reason, attempt_count, next_attempt_at,
  provider_message_id, created_at, sent_at, delivered_at, finished_at, last_error
)
select pg_temp.uid('mail' || r.email || e.id), e.chatbot_id, e.conversation_id, e.id, 'email', 'alert', r.email, o.status::public.delivery_status,
  case when o.status = 'skipped' then o.reason when o.status in ('failed', 'bounced') then 'permanent' end,
  case when o.status = 'skipped' then 0 when pg_temp.rnd('retry' || e.id || r.email) < 0.04 then 2 else 1 end, null,
  case when o.status not in ('skipped', 'failed') then pg_temp.uid('postmark' || r.email || e.id) end,
  e.escalated_at,
  case when o.status not in ('skipped', 'failed') then e.escalated_at + interval '700 milliseconds' end,
  case when o.status = 'delivered' then e.escalated_at + make_interval(secs => 2 + 5 * pg_temp.rnd('lands' || e.id || r.email)) end,
  e.escalated_at + make_interval(secs => case when o.status = 'skipped' then 0 else 8 end),
  case o.status when 'failed' then 'Postmark 406: You tried to send to a recipient that has been marked as inactive.'
    when 'bounced' then 'HardBounce: The server was unable to deliver your message (550 5.1.1 user unknown).' end
from (
  select x.*, row_number() over (partition by x.chatbot_id order by x.escalated_at desc) as rank from public.escalations x
) e
cross join lateral (
  select 'owner@demo.handoff.test' as email
  union all
  select s.email from public.escalation_recipients s where s.chatbot_id = e.chatbot_id
) r
cross join lateral (
  select case
    when e.rank = 9 and r.email <> 'noor@demo.handoff.test' then 'failed'
    when r.email = 'noor@demo.handoff.test' or e.rank = 14 then 'skipped'
    when r.email like 'night-shift%' then case when e.escalated_at > now() - interval '61 days' then 'skipped' else 'bounced' end
    when r.email not like '%demo.handoff%' and pg_temp.rnd('open relay' || e.id) < 0.05 then 'sent'
    else 'delivered' end as status,
    case when r.email like 'night-shift%' then 'suppressed' else 'kill_switch' end as reason
) o;

insert into public.delivery_attempts (
  delivery_id, chatbot_id, number, started_at, finished_at, duration_ms, outcome, status_code, error_code, error
)
select d.id, d.chatbot_id, a.number, d.created_at + make_interval(secs => 0.3 + 5 * (a.number - 1)),
  d.created_at + make_interval(secs => 0.5 + 5 * (a.number - 1)), 90 + pg_temp.pick('ms' || d.id || a.number, 260),
  case when a.number < d.attempt_count then 'retry' when d.status = 'failed' then 'permanent' else 'ok' end,
  case when a.number < d.attempt_count then 503 when d.status = 'failed' then 422 else 200 end,
  case when d.status = 'failed' then '406' end,
  case when a.number < d.attempt_count then 'The mail provider was not available.' when d.status = 'failed' then d.last_error end
from public.deliveries d
cross join lateral generate_series(1, d.attempt_count) a (number)
where d.purpose = 'alert';

-- This week's digest has gone out already.
insert into public.deliveries (
  chatbot_id, kind, purpose, recipient, status, reason, attempt_count, next_attempt_at, period, created_at, sent_at, delivered_at, finished_at
)
select m.id, 'email', 'digest', r.email, case when r.is_off then 'skipped' else 'delivered' end::public.delivery_status,
  case when r.is_off then 'kill_switch' end, case when r.is_off then 0 else 1 end, null, w.week, w.at, w.at, w.at, w.at
from public.chatbots m
cross join (
  select week, (week + time '08:00') at time zone 'UTC' as at
  from date_trunc('week', now() at time zone 'UTC' - interval '8 hours') d, cast(d as date) week
) w
cross join lateral (
  select 'owner@demo.handoff.test' as email, false as is_off
  union all
  select s.email, s.email in ('noor@demo.handoff.test', 'night-shift@northpine.example')
  from public.escalation_recipients s where s.chatbot_id = m.id
) r;

-- A webhook of the CRM, switched off by hand yesterday, with its log.
insert into public.webhook_endpoints (
  id, chatbot_id, url, description, events, is_enabled, disabled_reason, last_success_at, secret_id, created_by, created_at
)
values (pg_temp.uid('endpoint'), 'c0ffee00-0000-4000-8000-000000000001', 'https://hooks.example.com/handoff', 'CRM: opens a ticket per escalation',
  '{conversation.escalated,conversation.resolved}', false, 'by_hand', now() - interval '26 hours',
  vault.create_secret('whsec_' || encode(extensions.gen_random_bytes(32), 'base64'), null, 'Signs what is sent to the demo endpoint'),
  pg_temp.person('Maren'), now() - interval '80 days');

insert into public.events (id, chatbot_id, type, conversation_id, escalation_id, body, created_at, available_at)
select pg_temp.uid('event' || e.id), e.chatbot_id, 'conversation.escalated', e.conversation_id, e.id,
  json_build_object('event', 'conversation.escalated', 'type', 'conversation.escalated', 'chatbot_id', e.chatbot_id,
    'timestamp', private.utc_text(e.escalated_at), 'data', private.escalation_data(e, c))::text, e.escalated_at, e.escalated_at
from public.escalations e
join public.conversations c on c.id = e.conversation_id
where e.chatbot_id = 'c0ffee00-0000-4000-8000-000000000001'
order by e.escalated_at;

insert into public.deliveries (
  id, chatbot_id, conversation_id, escalation_id, event_id, kind, purpose, endpoint_id, status, reason, attempt_count,
  next_attempt_at, created_at, sent_at, finished_at, last_error
)
select pg_temp.uid('hook' || v.id), v.chatbot_id, v.conversation_id, v.escalation_id, v.id, 'webhook', 'event', pg_temp.uid('endpoint'),
  o.status::public.delivery_status, case when o.status = 'failed' then 'attempts_exhausted' end, o.attempts, null, v.created_at,
  case when o.status = 'sent' then v.created_at + make_interval(secs => 0.4 + 300 * (o.attempts - 1)) end,
  v.created_at + make_interval(secs => 0.4 + 300 * (o.attempts - 1)),
  case when o.status = 'failed' then 'The receiver answered 500.' end
from public.events v
cross join lateral (
  select case when pg_temp.rnd('hook fails' || v.id) < 0.06 then 'failed' else 'sent' end as status,
    case when pg_temp.rnd('hook fails' || v.id) < 0.06 then 10 when pg_temp.rnd('hook fails' || v.id) < 0.2 then 2 else 1 end as attempts
) o
where v.chatbot_id = 'c0ffee00-0000-4000-8000-000000000001' and v.created_at < now() - interval '25 hours';

insert into public.delivery_attempts (
  delivery_id, chatbot_id, number, started_at, finished_at, duration_ms, outcome, status_code, error, response_snippet, request
)
select d.id, d.chatbot_id, a.number, s.at, s.at + interval '180 milliseconds', 60 + pg_temp.pick('ms' || d.id || a.number, 240),
  case when is_ok then 'ok' else 'retry' end, case when is_ok then 200 else 500 end, case when not is_ok then 'The receiver answered 500.' end,
  case when is_ok then '{"ok":true}' else 'Internal Server Error' end,
  jsonb_build_object('url', 'https://hooks.example.com/handoff', 'headers', jsonb_build_object('content-type', 'application/json', 'webhook-id', d.event_id))
from public.deliveries d
cross join lateral generate_series(1, d.attempt_count) a (number)
cross join lateral (select d.status = 'sent' and a.number = d.attempt_count as is_ok,
  d.created_at + make_interval(secs => 0.2 + (array[0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400])[a.number]) as at) s
where d.kind = 'webhook';

-- Most of what people answered was read. Of those who had left, some had given an address and were written to, and a few were never
-- heard of again.
update public.conversations c set visitor_read_seq = r.first_seq - 1
from (select m.conversation_id, min(m.seq) as first_seq from public.messages m where m.role = 'agent' group by 1) r
where r.conversation_id = c.id and c.last_activity_at < now() - interval '1 day' and pg_temp.rnd(c.session_id || 'left') < 0.15;
insert into public.reply_receipts (message_id, chatbot_id, conversation_id, escalation_id, seq, created_at, status, reason,
  read_at, mailed_at, delivered_at, unreachable_at)
select m.id, m.chatbot_id, m.conversation_id, (
    select x.id from public.escalations x where x.conversation_id = m.conversation_id and x.escalated_at <= m.created_at
    order by x.number desc limit 1
  ), m.seq, m.created_at, s.status::public.reply_status, case s.status when 'unreachable' then 'no_address' end,
  case s.status when 'read' then least(now(), m.created_at + make_interval(secs => 20 + 900 * pg_temp.rnd(m.id || 'read'))) end,
  case s.status when 'delivered' then m.created_at + interval '3 minutes' end,
  case s.status when 'delivered' then m.created_at + interval '182 seconds' end,
  case s.status when 'unreachable' then m.created_at + interval '3 minutes' end
from public.messages m join public.conversations c on c.id = m.conversation_id
cross join lateral (
  select case when m.seq <= c.visitor_read_seq then 'read' when c.visitor_email is not null then 'delivered' else 'unreachable' end as status
) s
where m.role = 'agent';

insert into public.api_keys (chatbot_id, name, prefix, key_hash, created_by, created_at, last_used_at)
values ('c0ffee00-0000-4000-8000-000000000001', 'Warehouse bot', 'hk_Qm3x', extensions.digest(extensions.gen_random_bytes(32), 'sha256'),
  pg_temp.person('Maren'), now() - interval '40 days', now() - interval '2 hours');

-- The timeline of it all, in the order in which it happened.
insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data, created_at)
select happened.chatbot_id, happened.conversation_id, happened.escalation_id, happened.type::public.event_type, happened.actor_id,
  jsonb_strip_nulls(happened.data), happened.at
from (
  select c.chatbot_id, c.id as conversation_id, null::uuid as escalation_id, 'conversation.started' as type, null::uuid as actor_id,
    '{}'::jsonb as data, c.started_at as at
  from public.conversations c where c.started_at is not null
  union all
  select l.chatbot_id, l.conversation_id, null, 'lead.captured', null, '{}', l.created_at from public.leads l
  union all
  select e.chatbot_id, e.conversation_id, e.id, what.type, what.actor_id, what.data, what.at
  from public.escalations e
  cross join lateral (values
    ('conversation.escalated', null::uuid, e.escalated_at, jsonb_build_object('number', e.number, 'trigger', e.trigger, 'message_id', e.message_id, 'tapped_at', e.tapped_at)),
    ('escalation.opened', e.first_opened_by, e.first_opened_at, '{}'),
    ('escalation.claimed', e.claimed_by, e.claimed_at, jsonb_build_object('user_id', e.claimed_by)),
    ('conversation.resolved', e.resolved_by, e.resolved_at, '{}')
  ) what (type, actor_id, at, data)
  where what.at is not null
  union all
  select m.chatbot_id, m.conversation_id, (
      select x.id from public.escalations x where x.conversation_id = m.conversation_id and x.escalated_at <= m.created_at
      order by x.number desc limit 1
    ), 'reply.sent', m.author_id, jsonb_build_object('message_id', m.id, 'seq', m.seq), m.created_at
  from public.messages m where m.role = 'agent'
  union all
  select d.chatbot_id, d.conversation_id, d.escalation_id, case d.kind
      when 'email' then 'mail.' || case when step.at = d.sent_at then 'sent' else d.status::text end
      else 'webhook.' || case d.status when 'sent' then 'delivered' else d.status::text end end,
    null, jsonb_build_object('delivery_id', d.id, 'purpose', d.purpose, 'recipient', d.recipient, 'reason', d.reason,
      'endpoint_id', d.endpoint_id, 'url', case d.kind when 'webhook' then 'https://hooks.example.com/handoff' end,
      'event', case d.kind when 'webhook' then 'conversation.escalated' end, 'attempt', nullif(d.attempt_count, 0)), step.at
  from public.deliveries d
  cross join lateral (
    select d.sent_at as at where d.sent_at is not null
    union
    select d.finished_at where d.kind = 'email' and d.status <> 'sent'
  ) step
  where d.conversation_id is not null
) happened
order by happened.at;

alter table public.messages enable trigger user;
alter table public.leads enable trigger user;
alter table public.escalations enable trigger user;
alter table public.timeline_entries enable trigger user;
alter table public.deliveries enable trigger user;

select private.fold_tallies();
insert into private.chain_notes (conversation_id) select c.id from public.conversations c where c.started_at is not null;
drop table seed_answers, seed_asks, seed_endings, seed_foreign, seed_people;
