const KEPT = "rapport.device";

/** A random name of this browser: the fraud screen counts by it how many apply from one device. */
export function deviceId(): string {
  const kept = localStorage.getItem(KEPT);
  if (kept) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(KEPT, made);
  return made;
}
