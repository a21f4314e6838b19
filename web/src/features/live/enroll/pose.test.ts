import { describe, expect, it } from "vitest";

import { headTurn } from "./pose";

const FIVE = "eyes, nose tip, mouth corners";

/** A level face 100 pixels between the eyes, its nose moved, the whole turned in the picture. */
function face(noseRight: number, noseDown: number, rollDeg = 0) {
  const roll = (rollDeg * Math.PI) / 180;
  const turned = ([x, y]: [number, number]): [number, number] => [
    300 + x * Math.cos(roll) - y * Math.sin(roll),
    200 + x * Math.sin(roll) + y * Math.cos(roll),
  ];
  const points: [number, number][] = [
    [-50, 0],
    [50, 0],
    [noseRight, 59.6 + noseDown],
    [-40, 110],
    [40, 110],
  ];
  return { landmarks: points.map(turned), landmark_scheme: FIVE };
}

describe("how a head is turned", () => {
  it("is nothing for a level face", () => {
    const turn = headTurn(face(0, 0));
    expect(turn?.yaw).toBeCloseTo(0);
    expect(turn?.pitch).toBeCloseTo(0);
  });

  it("is positive to the right of the picture, which is the person's own left", () => {
    expect(headTurn(face(25, 0))?.yaw).toBeCloseTo(0.25);
    expect(headTurn(face(-25, 0))?.yaw).toBeCloseTo(-0.25);
  });

  it("is negative upwards", () => {
    expect(headTurn(face(0, -20))?.pitch).toBeCloseTo(-0.2);
    expect(headTurn(face(0, 20))?.pitch).toBeCloseTo(0.2);
  });

  it("does not depend on how the head leans", () => {
    const turn = headTurn(face(25, -20, 20));
    expect(turn?.yaw).toBeCloseTo(0.25);
    expect(turn?.pitch).toBeCloseTo(-0.2);
  });

  it("is measured from the corners of the eyes where they are marked", () => {
    const landmarks: [number, number][] = [
      [60, 0],
      [40, 0],
      [-60, 0],
      [-40, 0],
      [10, 76.5],
    ];
    const turn = headTurn({ landmarks, landmark_scheme: "eye corners, nose base" });
    expect(turn?.yaw).toBeCloseTo(0.1);
    expect(turn?.pitch).toBeCloseTo(0);
  });

  it("is not guessed from landmarks of another kind", () => {
    expect(headTurn({ landmarks: [], landmark_scheme: "ears" })).toBeNull();
    expect(headTurn({ landmarks: [], landmark_scheme: FIVE })).toBeNull();
  });
});
