/** A refusal in Postmark's words: an ErrorCode, and the HTTP status that carries it. */
export class Refusal extends Error {
  readonly errorCode: number;
  readonly status: number;

  constructor(errorCode: number, message: string, status = 422) {
    super(message);
    this.errorCode = errorCode;
    this.status = status;
  }

  get body(): { ErrorCode: number; Message: string } {
    return { ErrorCode: this.errorCode, Message: this.message };
  }
}

export const BAD_TOKEN = 10;
export const INVALID_EMAIL = 300;
export const INVALID_JSON = 402;
export const INVALID_FIELD = 403;
export const INACTIVE_RECIPIENT = 406;
export const JSON_REQUIRED = 409;
export const BATCH_TOO_LONG = 410;
export const BANNED_ATTACHMENT = 411;
export const TOO_LARGE = 413;
export const UNKNOWN_STREAM = 1235;
export const NOT_A_SENDING_STREAM = 1236;
