// How a visitor is asked for an address, in each language the widget speaks and in the form of address it uses.
import { LANGUAGES, type Language } from '#shared/labels.ts';

const QUESTIONS: Record<Language, string> = {
  en: 'Where can we answer you if you leave this page? Please send us your e-mail address.',
  de: 'Wo können wir Ihnen antworten, wenn Sie diese Seite verlassen? Bitte schicken Sie uns Ihre E-Mail-Adresse.',
  fr: 'Où pouvons-nous vous répondre si vous quittez cette page ? Veuillez nous envoyer votre adresse e-mail.',
  es: '¿Dónde podemos responderte si sales de esta página? Envíanos tu dirección de correo electrónico.',
  pt: 'Onde podemos responder se você sair desta página? Envie-nos seu endereço de e-mail.',
  it: 'Dove possiamo risponderti se lasci questa pagina? Inviaci il tuo indirizzo e-mail.',
  nl: 'Waar kunnen we je antwoorden als je deze pagina verlaat? Stuur ons je e-mailadres.',
  pl: 'Gdzie możemy odpowiedzieć, jeśli opuścisz tę stronę? Prześlij nam swój adres e-mail.',
  tr: 'Bu sayfadan ayrılırsanız size nereden yanıt verebiliriz? Lütfen e-posta adresinizi bize gönderin.',
  ja: 'このページを離れられた場合、どちらへご返信すればよいでしょうか。メールアドレスをお知らせください。',
  zh: '如果您离开此页面，我们应通过什么方式回复您？请把您的电子邮箱发给我们。',
  ko: '이 페이지를 떠나시면 어디로 답변을 드리면 될까요? 이메일 주소를 보내 주세요.',
  hi: 'अगर आप यह पेज छोड़ दें, तो हम आपको कहाँ जवाब दें? कृपया अपना ईमेल पता भेजें।',
  ar: 'أين يمكننا الرد عليك إذا غادرت هذه الصفحة؟ يُرجى إرسال عنوان بريدك الإلكتروني.',
  he: 'לאן אפשר להשיב אם הדף ייסגר? נא לשלוח לנו כתובת דוא״ל.',
};

/** The question in the visitor's language, in English where that is none of ours. */
export function addressQuestion(language: string | null): string {
  const primary = language?.toLowerCase().split('-')[0];
  return QUESTIONS[LANGUAGES.find((known) => known === primary) ?? 'en'];
}
