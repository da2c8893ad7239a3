import { describe, expect, it } from "vitest";
import { applicationOf } from "./vonage";

const token = (claims: object) =>
  `head.${btoa(JSON.stringify(claims)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")}.signature`;

describe("a video client token", () => {
  it("names the application that it is good for", () => {
    expect(applicationOf(token({ application_id: "b6c1", scope: "session.connect" }))).toBe("b6c1");
  });
  it("is refused without one", () => {
    expect(() => applicationOf(token({}))).toThrow("no application");
    expect(() => applicationOf("nonsense")).toThrow();
  });
});
