/** A token is long; its first letters tell numbers apart on one page. */
export function short(caller: string): string {
  return caller.slice(2, 10);
}

/** Whether somebody may have meant a phone number, or pasted a token. The service reads it closely. */
export function isCaller(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return /^n_[a-z2-7]{26}$/.test(text) || (/^\+?[\d\s().\-/]+$/.test(text) && digits >= 4 && digits <= 15);
}
