-- Hearing that a visitor wants a person. Phrases are compared word by word without case and accents, so that "humane" is not
-- "human"; scripts without spaces are searched as they stand. The list below is the built-in one; a chatbot's own rows for
-- a language take its place in that language.

create function private.says_phrase(plain_text text, plain_phrase text) returns boolean
  language sql immutable parallel safe set search_path = '' as $$
  select case
    when plain_phrase ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]'
      then position(replace(plain_phrase, ' ', '') in replace(plain_text, ' ', '')) > 0
    else position(' ' || plain_phrase || ' ' in ' ' || plain_text || ' ') > 0
  end
$$;
comment on function private.says_phrase is 'Whether a text contains a phrase as whole words; both without case and accents.';

create function private.heard_phrase(
  chatbot_id uuid, said text, tried_language text default null, tried_phrases text[] default null
) returns text
  language sql stable security definer set search_path = '' as $$
  with own as (
    select p.language, p.phrase, p.plain_phrase, p.is_enabled from public.intent_phrases p
    where p.chatbot_id = heard_phrase.chatbot_id and p.language is distinct from tried_language
    union all
    select tried_language, t.phrase, private.plain(t.phrase), true
    from unnest(tried_phrases) t (phrase) where private.plain(t.phrase) <> ''
  )
  select p.phrase from (
    select * from own
    union all
    select b.language, b.phrase, b.plain_phrase, b.is_enabled from public.intent_phrases b
    where b.chatbot_id is null and not exists (select from own where own.language = b.language)
  ) p
  where p.is_enabled and p.plain_phrase <> ''
    and private.says_phrase(private.plain(left(said, 1000)), p.plain_phrase)
  limit 1
$$;
comment on function private.heard_phrase is
  'The phrase by which a visitor''s words ask for a person, null when none does; phrases on trial stand for what is saved in their language.';

create function private.asks_for_person(chatbot_id uuid, said text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select private.heard_phrase($1, $2) is not null
$$;
comment on function private.asks_for_person is 'Whether a visitor''s words ask for a person.';

insert into public.intent_phrases (language, phrase)
select l.language, btrim(p.phrase)
from (values
  ('en', 'talk to a human|talk to a person|talk to a real person|talk to someone|talk to somebody|talk to an agent|talk to a representative|speak to a human|speak to a person|speak to a real person|speak to someone|speak to an agent|speak to a representative|speak with a human|speak with a person|speak with an agent|speak with someone|talk with a human|talk with a person|talk with an agent|talk to support|speak to support|chat with a human|chat with a person|connect me with an agent|connect me to an agent|connect me with a human|connect me to a human|connect me to a person|real person|human agent|live agent|human please|human being|customer service representative|talk to your team|contact a human|get me a human|get a human|transfer me'),
  ('de', 'mit einem menschen sprechen|mit einem menschen reden|mit jemandem sprechen|mit jemandem reden|mit einem mitarbeiter sprechen|mit einer mitarbeiterin sprechen|mit einem mitarbeiter reden|mit einer person sprechen|mit dem support sprechen|mit dem kundenservice sprechen|echter mensch|echten menschen|richtigen menschen|menschlicher ansprechpartner|menschlichen mitarbeiter|verbinden sie mich|verbinde mich mit|kundenberater sprechen|einen menschen bitte|mitarbeiter bitte'),
  ('fr', 'parler à un humain|parler à une personne|parler à quelqu’un|parler à un conseiller|parler à une conseillère|parler à un agent|parler avec un humain|parler avec un conseiller|parler avec quelqu’un|parler avec une personne|parler au support|parler au service client|un vrai humain|une vraie personne|un être humain|conseiller humain|agent humain|mettez moi en relation|être mis en relation|contacter un conseiller|joindre un conseiller'),
  ('es', 'hablar con una persona|hablar con un humano|hablar con alguien|hablar con un agente|hablar con una agente|hablar con un asesor|hablar con una asesora|hablar con un representante|hablar con soporte|hablar con atención al cliente|persona real|ser humano|agente humano|una persona de verdad|comunicarme con un agente|comunicarme con una persona|pásame con|pásenme con|contactar con un agente|atención humana'),
  ('pt', 'falar com uma pessoa|falar com um humano|falar com alguém|falar com um atendente|falar com uma atendente|falar com atendente|falar com um agente|falar com um assistente humano|falar com o suporte|falar com suporte|falar com o apoio ao cliente|pessoa real|pessoa de verdade|ser humano|atendente humano|atendimento humano|agente humano|transferir para um atendente|quero um atendente'),
  ('it', 'parlare con una persona|parlare con un umano|parlare con qualcuno|parlare con un operatore|parlare con un’operatrice|parlare con un agente|parlare con un addetto|parlare con l’assistenza|parlare con il supporto|persona reale|persona vera|essere umano|operatore umano|agente umano|mettetemi in contatto|contattare un operatore|passami un operatore|voglio un operatore'),
  ('nl', 'met een mens praten|met een mens spreken|met iemand praten|met iemand spreken|met een medewerker praten|met een medewerker spreken|een medewerker spreken|iemand spreken|met een persoon praten|met een persoon spreken|met de klantenservice praten|met support praten|echt persoon|echt mens|echte medewerker|menselijke medewerker|verbind me door|doorverbinden met|een mens spreken'),
  ('pl', 'rozmawiać z człowiekiem|porozmawiać z człowiekiem|rozmawiać z konsultantem|porozmawiać z konsultantem|rozmawiać z kimś|porozmawiać z kimś|rozmawiać z osobą|porozmawiać z osobą|porozmawiać z pracownikiem|porozmawiać z doradcą|rozmawiać z doradcą|połącz mnie z|proszę mnie połączyć|żywy człowiek|żywym człowiekiem|prawdziwy człowiek|prawdziwym człowiekiem|kontakt z konsultantem|kontakt z człowiekiem|połączyć z konsultantem'),
  ('tr', 'bir insanla konuşmak|insanla konuşmak|gerçek bir insan|gerçek bir kişi|gerçek kişiyle|biriyle konuşmak|birisiyle konuşmak|temsilciyle konuşmak|temsilciyle görüşmek|müşteri temsilcisi|müşteri temsilcisine|yetkiliyle görüşmek|yetkiliyle konuşmak|biriyle görüşmek|bir yetkiliye|temsilciye bağla|temsilciye bağlan|canlı destek|operatöre bağlan|beni bağlayın'),
  ('ja', '担当者と話|担当者に代わ|担当者につな|オペレーターと話|オペレーターにつな|オペレーターに代わ|人と話したい|人と話す|人間と話|人間に代わ|人間のオペレーター|有人チャット|有人対応|スタッフと話|スタッフにつな|サポートと話|係の人|直接話したい'),
  ('zh', '转人工|人工客服|人工服务|真人客服|真人服务|找人工|接人工|联系客服|和真人|跟真人|与真人|和人工|跟人工|和客服说|跟客服说|和人说话|跟人说话|转接客服|轉人工|真人客服人員|聯絡客服|轉接客服'),
  ('ko', '상담원 연결|상담원과|상담원이랑|상담원하고|상담원 바꿔|상담사 연결|상담사와|상담사랑|사람과 대화|사람과 이야기|사람이랑 이야기|사람이랑 대화|사람과 통화|직원과 이야기|직원 연결|직원과 통화|실제 사람|진짜 사람|담당자와|담당자 연결'),
  ('hi', 'इंसान से बात|व्यक्ति से बात|किसी से बात|किसी इंसान से|किसी व्यक्ति से|एजेंट से बात|प्रतिनिधि से बात|सपोर्ट से बात|ग्राहक सेवा से बात|कस्टमर केयर से बात|असली इंसान|असली व्यक्ति|मुझे एजेंट से|एजेंट से जोड़|insaan se baat|kisi se baat|agent se baat|customer care se baat'),
  ('ar', 'التحدث إلى شخص|التحدث مع شخص|اتحدث مع شخص|أتحدث مع شخص|أتحدث إلى شخص|التحدث إلى موظف|التحدث مع موظف|أتحدث مع موظف|اتحدث مع موظف|التكلم مع موظف|التكلم مع شخص|أكلم موظف|اكلم موظف|أكلم شخص|التواصل مع موظف|التواصل مع خدمة العملاء|خدمة العملاء|ممثل خدمة|شخص حقيقي|إنسان حقيقي|موظف بشري|تحويلي إلى موظف|حولني إلى موظف'),
  ('he', 'לדבר עם נציג|לדבר עם נציגה|לדבר עם בן אדם|לדבר עם בנאדם|לדבר עם אדם|לדבר עם מישהו|לשוחח עם נציג|לשוחח עם אדם|נציג אנושי|נציג שירות|נציג בבקשה|מענה אנושי|אדם אמיתי|בן אדם אמיתי|תעבירו אותי לנציג|להעביר לנציג|אני רוצה נציג|שירות לקוחות')
) as l (language, phrases)
cross join lateral unnest(string_to_array(l.phrases, '|')) as p (phrase)
on conflict do nothing;
