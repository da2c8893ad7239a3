import { describe, expect, it } from "vitest";
import { deviceName } from "./device";

describe("the name of a device", () => {
  it.each([
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1", "Safari, iOS"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox, Linux"],
    ["python-httpx/0.28.1", "python-httpx/0.28.1"],
    ["", ""],
  ])("is short: %s", (agent, name) => {
    expect(deviceName(agent)).toBe(name);
  });
});
