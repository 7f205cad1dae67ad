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

-- Who says that they want no person is not asking for one. A negation counts where it stands by the phrase: before it in most
-- languages, behind it in those that end with the verb; a few words may stand between.
create table private.negations (
  language text not null,
  words text not null check (words = private.plain(words) and words <> ''),
  is_after boolean not null,
  primary key (language, words, is_after)
);
comment on table private.negations is 'Words that turn a request for a person into its opposite, plain as private.plain writes them.';

insert into private.negations (language, words, is_after)
select distinct l.language, private.plain(w.words), l.is_after
from (values
  ('en', false, 'don''t want|do not want|dont want|don''t wanna|don''t need|do not need|dont need|don''t wish|do not wish|don''t have|do not have|wouldn''t like|would not like|didn''t ask|did not ask|no need|not necessary|rather not|never asked|without|instead of|rather than|not a|isn''t a|is not a|no'),
  ('de', false, 'will nicht|will jetzt nicht|möchte nicht|möchte jetzt nicht|möchte lieber nicht|muss nicht|brauche nicht|wollte nicht|würde nicht|kein|keine|keinen|keinem|keiner|ohne|statt|anstatt'),
  ('de', true, 'will ich nicht|möchte ich nicht|muss ich nicht|brauche ich nicht|muss nicht sein|ist nicht nötig'),
  ('fr', false, 'veux pas|souhaite pas|désire pas|voudrais pas|ai pas besoin de|pas besoin de|pas envie de|sans|plutôt que de|inutile de|au lieu de'),
  ('es', false, 'no quiero|no deseo|no necesito|no quisiera|no me gustaría|no hace falta|no es necesario|no tengo que|sin|en vez de|en lugar de'),
  ('pt', false, 'não quero|não preciso|não desejo|não gostaria|não é preciso|não é necessário|não precisa|sem|em vez de'),
  ('it', false, 'non voglio|non desidero|non vorrei|non ho bisogno|non serve|non mi serve|non occorre|non è necessario|senza|invece di'),
  ('nl', false, 'wil niet|wil nu niet|wil liever niet|wil geen|hoef niet|hoef geen|liever niet|hoeft niet|niet nodig om|zonder|in plaats van|geen'),
  ('pl', false, 'nie chcę|nie chciałbym|nie chciałabym|nie muszę|nie potrzebuję|nie trzeba|nie ma potrzeby|wolę nie|bez|zamiast'),
  ('tr', true, 'istemiyorum|istemem|istemedim|istemiyoruz|gerekmiyor|gerek yok|gerekmez|istemezdim'),
  ('ja', true, 'たくない|たくありません|必要はない|必要はありません|必要ない|必要ありません|なくていい|なくて大丈夫|つもりはない|不要|いらない|いりません|ないで'),
  ('zh', false, '不想|不要|不用|不需要|不必|无需|無需|别|別|没必要|沒必要|不愿|不願'),
  ('ko', true, '싶지 않|필요 없|필요는 없|하지 마|하지 않아도|안 해도|원하지 않|싫'),
  ('hi', true, 'नहीं करनी|नहीं करना|ज़रूरत नहीं|जरूरत नहीं|नहीं चाहता|नहीं चाहती|नहीं चाहिए|मत कर|मत करा|nahi karni|nahi karna|nahi chahta|nahi chahti|nahi chahiye'),
  ('ar', false, 'لا أريد|لا اريد|لا أرغب|لا ارغب|لا أحتاج|لا احتاج|لا أود|لست بحاجة|بدون|دون|لا داعي|ما أبغى|ما بدي|مش عايز|بدلا من'),
  ('he', false, 'לא רוצה|לא צריך|לא צריכה|אין צורך|אין לי צורך|לא מעוניין|לא מעוניינת|בלי|במקום')
) as l (language, is_after, words)
cross join lateral regexp_split_to_table(l.words, '[|]') as w (words);

-- Scripts without spaces are read without them, as phrases are; there a "word" between is a few characters.
create function private.without_refusals(plain_text text, plain_phrase text, language text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  is_dense boolean := plain_phrase ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]';
  rest text := case when is_dense then replace(plain_text, ' ', '') else ' ' || plain_text || ' ' end;
  phrase text := case when is_dense then replace(plain_phrase, ' ', '') else plain_phrase end;
  n record;
begin
  for n in select case when is_dense then replace(x.words, ' ', '') else x.words end as words, x.is_after
    from private.negations x where x.language = without_refusals.language
  loop
    rest := regexp_replace(rest, case
      when is_dense and n.is_after then phrase || '.{0,5}?' || n.words
      when is_dense then n.words || '.{0,3}?' || phrase
      when n.is_after then ' ' || phrase || '( [^ ]+){0,3}? ' || n.words
      else ' ' || n.words || '( [^ ]+){0,2}? ' || phrase || '(?= )' end, ' ', 'g');
  end loop;
  return rest;
end $$;
comment on function private.without_refusals is 'A plain text without the places where a phrase is refused instead of asked for.';

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
    and private.says_phrase(private.without_refusals(private.plain(left(said, 1000)), p.plain_phrase, p.language), p.plain_phrase)
  limit 1
$$;
comment on function private.heard_phrase is
  'The phrase by which a visitor''s words ask for a person, null when none does; phrases on trial stand for what is saved in their language.';

create function private.asks_for_person(chatbot_id uuid, said text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select private.heard_phrase($1, $2) is not null
$$;
-- "At once" is decided here, whoever wrote the row; the message's own id is the request's, so hearing it twice asks once.
create function private.escalate_intent(c public.conversations, m public.messages) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if private.asks_for_person(c.chatbot_id, m.text) and 'escalate' = (
    select s.intent_mode from public.human_support_settings s where s.chatbot_id = c.chatbot_id) then
    perform private.escalate(c, m.id, 'intent', m.id, null, null);
  end if;
end $$;
comment on function private.escalate_intent is 'Asks for a person on behalf of a visitor who wrote so, where the owner wants that at once.';

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
