import { expect, test, vi } from "vitest";
import { handOver, heard, returned } from "./genesys";

const ORIGIN = "https://console.test";
const place = (path: string) => new URL(path, ORIGIN) as unknown as Location;
const popup = {} as Window;
const message = (data: unknown, origin = ORIGIN, source: unknown = popup) =>
  ({ data, origin, source }) as MessageEvent<unknown>;

test("code and state are read together or not at all", () => {
  expect(returned("?code=c&state=s")).toEqual({ code: "c", state: "s" });
  expect(returned("?code=c")).toBeNull();
  expect(returned("?conversation=x")).toBeNull();
});

test("a window hands what came back to whoever opened it, of this origin only", () => {
  const close = vi.fn();
  const postMessage = vi.fn();
  expect(handOver(place("/assist?code=c&state=s"), { postMessage } as unknown as Window, close)).toBe(true);
  expect(postMessage).toHaveBeenCalledWith({ kind: "rapport.genesys", code: "c", state: "s" }, ORIGIN);
  expect(close).toHaveBeenCalledOnce();
  expect(handOver(place("/assist?code=c&state=s"), null, close)).toBe(false);
  expect(handOver(place("/calls?code=c&state=s"), { postMessage } as unknown as Window, close)).toBe(false);
});

test("only the window's own message is heard", () => {
  const good = { kind: "rapport.genesys", code: "c", state: "s" };
  expect(heard(message(good), ORIGIN, popup)).toEqual({ code: "c", state: "s" });
  expect(heard(message(good, "https://evil.example"), ORIGIN, popup)).toBeNull();
  expect(heard(message(good, ORIGIN, null), ORIGIN, popup)).toBeNull();
  expect(heard(message({ ...good, code: 5 }), ORIGIN, popup)).toBeNull();
  expect(heard(message("rapport.genesys"), ORIGIN, popup)).toBeNull();
});
