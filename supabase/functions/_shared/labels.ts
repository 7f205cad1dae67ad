/** The three sentences of the widget that an owner may put in their own words. */
export interface Labels {
  positive: string;
  request_help: string;
  confirmation: string;
}

/** An owner's own words as the database keeps them; null means the default in the visitor's language. */
export interface LabelOverrides {
  positive_label?: string | null | undefined;
  request_help_label?: string | null | undefined;
  confirmation_message?: string | null | undefined;
}

/** The languages the widget speaks, as BCP 47 primary subtags. */
export const LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'pt',
  'it',
  'nl',
  'pl',
  'tr',
  'ja',
  'zh',
  'ko',
  'hi',
  'ar',
  'he',
] as const;

export type Language = (typeof LANGUAGES)[number];

const DEFAULTS: Record<Language, Labels> = {
  en: {
    positive: 'That answered my question 👍',
    request_help: 'Talk to a human',
    confirmation: 'Sent! The team will follow up soon.',
  },
  de: {
    positive: 'Das beantwortet meine Frage 👍',
    request_help: 'Mit einem Menschen sprechen',
    confirmation: 'Gesendet! Das Team meldet sich bald.',
  },
  fr: {
    positive: 'Cela répond à ma question 👍',
    request_help: 'Parler à une personne',
    confirmation: "Envoyé ! L'équipe vous répondra bientôt.",
  },
  es: {
    positive: 'Eso responde a mi pregunta 👍',
    request_help: 'Hablar con una persona',
    confirmation: '¡Enviado! El equipo te responderá pronto.',
  },
  pt: {
    positive: 'Isso respondeu à minha pergunta 👍',
    request_help: 'Falar com uma pessoa',
    confirmation: 'Enviado! A equipe entrará em contato em breve.',
  },
  it: {
    positive: 'Questo risponde alla mia domanda 👍',
    request_help: 'Parla con una persona',
    confirmation: 'Inviato! Il team ti risponderà presto.',
  },
  nl: {
    positive: 'Dat beantwoordt mijn vraag 👍',
    request_help: 'Met een mens praten',
    confirmation: 'Verzonden! Het team neemt snel contact op.',
  },
  pl: {
    positive: 'To odpowiada na moje pytanie 👍',
    request_help: 'Porozmawiaj z człowiekiem',
    confirmation: 'Wysłano! Zespół wkrótce się odezwie.',
  },
  tr: {
    positive: 'Bu sorumu yanıtladı 👍',
    request_help: 'Bir kişiyle görüş',
    confirmation: 'Gönderildi! Ekip en kısa sürede dönüş yapacak.',
  },
  ja: {
    positive: '解決しました 👍',
    request_help: '担当者と話す',
    confirmation: '送信しました。まもなく担当者からご連絡します。',
  },
  zh: {
    positive: '这解答了我的问题 👍',
    request_help: '联系人工客服',
    confirmation: '已发送！团队会尽快与您联系。',
  },
  ko: {
    positive: '질문이 해결되었어요 👍',
    request_help: '상담원과 대화하기',
    confirmation: '전송되었습니다! 담당 팀이 곧 연락드리겠습니다.',
  },
  hi: {
    positive: 'मुझे मेरे सवाल का जवाब मिल गया 👍',
    request_help: 'किसी व्यक्ति से बात करें',
    confirmation: 'भेज दिया गया! टीम जल्द ही आपसे संपर्क करेगी।',
  },
  ar: {
    positive: 'هذا أجاب عن سؤالي 👍',
    request_help: 'التحدث إلى شخص',
    confirmation: 'تم الإرسال! سيتواصل معك الفريق قريبًا.',
  },
  he: {
    positive: 'זה ענה על השאלה שלי 👍',
    request_help: 'לדבר עם נציג אנושי',
    confirmation: 'נשלח! הצוות יחזור אליך בקרוב.',
  },
};

// What is true while nobody is being told: no promise, and no alarm either.
const UNTOLD: Record<Language, string> = {
  en: 'Your request is saved and the team can see it. Notifying them may take longer than usual.',
  de: 'Die Anfrage ist gespeichert, und das Team kann sie sehen. Die Benachrichtigung kann länger dauern als sonst.',
  fr: "Votre demande est enregistrée et l'équipe peut la voir. La prévenir peut prendre plus de temps que d'habitude.",
  es: 'Tu solicitud está guardada y el equipo puede verla. Avisarle puede tardar más de lo habitual.',
  pt: 'Seu pedido está salvo e a equipe pode vê-lo. O aviso à equipe pode demorar mais que o normal.',
  it: 'La tua richiesta è salvata e il team può vederla. La notifica potrebbe richiedere più tempo del solito.',
  nl: 'Je verzoek is opgeslagen en het team kan het zien. De melding kan langer duren dan normaal.',
  pl: 'Zgłoszenie jest zapisane i zespół może je zobaczyć. Powiadomienie może potrwać dłużej niż zwykle.',
  tr: 'Talebiniz kaydedildi ve ekip görebilir. Bildirim her zamankinden uzun sürebilir.',
  ja: 'ご依頼は保存され、チームが確認できます。通知には通常より時間がかかる場合があります。',
  zh: '您的请求已保存，团队可以看到。通知可能比平时慢一些。',
  ko: '요청이 저장되었으며 팀이 볼 수 있습니다. 알림이 평소보다 늦어질 수 있습니다.',
  hi: 'आपका अनुरोध सहेज लिया गया है और टीम उसे देख सकती है। सूचना पहुँचने में सामान्य से अधिक समय लग सकता है।',
  ar: 'تم حفظ طلبك ويمكن للفريق رؤيته. قد يستغرق إشعارهم وقتًا أطول من المعتاد.',
  he: 'הבקשה שלך נשמרה והצוות יכול לראות אותה. ההתראה עשויה להתעכב מהרגיל.',
};

// Tags that older systems still send for a language of ours (RFC 5646, section 2.2.1, and the IANA registry).
const OLDER_TAGS = new Map<string, Language>([
  ['iw', 'he'],
  ['cmn', 'zh'],
  ['arb', 'ar'],
]);

/** The widget's language for a tag such as `pt-BR` or `zh_Hant`; null when we do not speak it. */
export function languageOf(tag: string | null | undefined): Language | null {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  if (!primary) return null;
  return LANGUAGES.find((language) => language === primary) ?? OLDER_TAGS.get(primary) ?? null;
}

/** The labels a visitor sees: the owner's own words where there are any, else the defaults in `language`, else English. */
export function labelsFor(language: string | null | undefined, overrides: LabelOverrides = {}): Labels {
  const defaults = DEFAULTS[languageOf(language) ?? 'en'];
  return {
    positive: overrides.positive_label ?? defaults.positive,
    request_help: overrides.request_help_label ?? defaults.request_help,
    confirmation: overrides.confirmation_message ?? defaults.confirmation,
  };
}

/**
 * What a visitor reads in place of the confirmation while alerts are not being sent: the owner's contact text, else a sentence that
 * promises nothing, in `language` or English.
 */
export function untoldFor(language: string | null | undefined, contactText: string | null): string {
  return contactText ?? UNTOLD[languageOf(language) ?? 'en'];
}

const ADDRESS_QUESTION: Record<Language, string> = {
  en: 'Where can we answer you if you leave?',
  de: 'Wohin können wir Ihnen antworten, wenn Sie die Seite verlassen?',
  fr: 'Où pouvons-nous vous répondre si vous quittez la page ?',
  es: '¿Dónde podemos responderte si te vas?',
  pt: 'Para onde podemos responder se você sair?',
  it: 'Dove possiamo risponderti se lasci la pagina?',
  nl: 'Waar kunnen we je antwoorden als je weggaat?',
  pl: 'Gdzie możemy odpisać, jeśli opuścisz stronę?',
  tr: 'Sayfadan ayrılırsanız size nereden yanıt verelim?',
  ja: 'ページを離れた場合、どちらにお返事すればよいですか？',
  zh: '如果您离开，我们该把回复发到哪里？',
  ko: '자리를 비우시면 어디로 답변드릴까요?',
  hi: 'अगर आप चले जाएँ तो हम आपको जवाब कहाँ भेजें?',
  ar: 'أين يمكننا الرد عليك إذا غادرت الصفحة؟',
  he: 'לאן אפשר להשיב לך אם לא נשארים בעמוד?',
};

/** Asks, in `language` or English, for an address to answer to. */
export function addressQuestionFor(language: string | null | undefined): string {
  return ADDRESS_QUESTION[languageOf(language) ?? 'en'];
}

/** What is said when the panel cannot be loaded: what comes before it has no texts of its own. */
export interface WhenLost {
  /** With the team's own way to be reached on a line below, where there is one. */
  unavailable: string;
  kept: string;
}

const WHEN_LOST: Record<Language, WhenLost> = {
  en: {
    unavailable: 'The chat can’t be reached right now.',
    kept: 'Your request couldn’t be sent yet. It’s saved, and we’ll keep trying.',
  },
  de: {
    unavailable: 'Der Chat ist gerade nicht erreichbar.',
    kept: 'Ihre Anfrage konnte noch nicht gesendet werden. Sie bleibt gespeichert und wir versuchen es weiter.',
  },
  fr: {
    unavailable: 'La discussion est momentanément inaccessible.',
    kept: 'Votre demande n’a pas encore pu être envoyée. Elle est conservée et nous réessayons.',
  },
  es: {
    unavailable: 'El chat no está accesible en este momento.',
    kept: 'Tu solicitud aún no se ha podido enviar. Queda guardada y seguimos intentándolo.',
  },
  pt: {
    unavailable: 'O chat está inacessível no momento.',
    kept: 'Ainda não foi possível enviar seu pedido. Ele está salvo e continuamos tentando.',
  },
  it: {
    unavailable: 'La chat non è raggiungibile in questo momento.',
    kept: 'Non è stato ancora possibile inviare la tua richiesta. Resta salvata e continuiamo a provare.',
  },
  nl: {
    unavailable: 'De chat is op dit moment niet bereikbaar.',
    kept: 'Je verzoek kon nog niet worden verzonden. Het wordt bewaard en we blijven het proberen.',
  },
  pl: {
    unavailable: 'Czat jest teraz niedostępny.',
    kept: 'Zgłoszenia nie udało się jeszcze wysłać. Jest zapisane i nadal próbujemy.',
  },
  tr: {
    unavailable: 'Sohbete şu anda ulaşılamıyor.',
    kept: 'Talebiniz henüz gönderilemedi. Saklanıyor ve denemeye devam ediyoruz.',
  },
  ja: {
    unavailable: '現在チャットに接続できません。',
    kept: 'ご依頼をまだ送信できていません。保存してあり、引き続き送信を試みます。',
  },
  zh: {
    unavailable: '目前无法连接聊天。',
    kept: '您的请求暂时未能发送。请求已保存，我们会继续尝试。',
  },
  ko: {
    unavailable: '지금은 채팅에 연결할 수 없습니다.',
    kept: '아직 요청을 보내지 못했습니다. 저장해 두고 계속 시도하겠습니다.',
  },
  hi: {
    unavailable: 'चैट से अभी संपर्क नहीं हो पा रहा है।',
    kept: 'आपका अनुरोध अभी नहीं भेजा जा सका। यह सुरक्षित है और हम कोशिश करते रहेंगे।',
  },
  ar: {
    unavailable: 'تعذّر الوصول إلى الدردشة الآن.',
    kept: 'تعذّر إرسال طلبك حتى الآن. الطلب محفوظ ونواصل المحاولة.',
  },
  he: {
    unavailable: 'הצ׳אט אינו זמין כרגע.',
    kept: 'הבקשה עדיין לא נשלחה. היא שמורה ואנחנו ממשיכים לנסות.',
  },
};

/** Its two sentences in `language`, else in English. */
export function whenLost(language: string | null | undefined, contactText: string | null): WhenLost {
  const { unavailable, kept } = WHEN_LOST[languageOf(language) ?? 'en'];
  return { unavailable: contactText ? `${unavailable}\n${contactText}` : unavailable, kept };
}
