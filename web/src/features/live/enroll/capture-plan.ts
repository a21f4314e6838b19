import type { Detection, FoundFace } from "../api/detect-faces";
import { type HeadTurn, headTurn } from "./pose";

export const POSES = ["straight", "left", "right", "up", "down"] as const;
export type Pose = (typeof POSES)[number];

export const FEWEST_SHOTS = 3;

export interface Shot {
  readonly photo: Blob;
  readonly quality: number;
}

/** What the person is told about the last picture. */
export type Advice =
  | { readonly kind: "noFace" | "several" | "hold" | "turn" }
  | { readonly kind: "quality"; readonly reason: string };

/** How far a guided capture has come. Nothing of it is kept beyond the page. */
export interface Capture {
  readonly shots: Readonly<Record<Pose, Shot | null>>;
  /** The pose that is asked for; null when all are there. */
  readonly wanted: Pose | null;
  /** How this person's head is turned when they look straight: cameras stand high or low. */
  readonly straight: HeadTurn | null;
  /** How many pictures in a row were as wanted. */
  readonly held: number;
  readonly advice: Advice | null;
}

export const NO_SHOTS: Capture = {
  shots: { straight: null, left: null, right: null, up: null, down: null },
  wanted: "straight",
  straight: null,
  held: 0,
  advice: null,
};

/** A pose counts when it is held, not when somebody passes through it. */
const HELD_PICTURES = 2;

const FACING = { yaw: 0.13, pitch: 0.22 } as const;
/** A clear turn, in eye distances; from 0.4 and 0.35 on the server finds it too far. */
const LEAST_TURN = 0.13;
const LEAST_NOD = 0.09;
/** How far a nod may go aside, and a turn up or down. */
const ASIDE = 0.15;

/** Look at the next picture: take it, or say what is missing. */
export function observe(capture: Capture, photo: Blob, found: Detection): Capture {
  const { wanted } = capture;
  if (wanted === null) return capture;
  const [face] = found.faces;
  const advice = adviceOn(capture, wanted, found);
  if (face === undefined || advice.kind !== "hold") return { ...capture, held: 0, advice };
  if (capture.held + 1 < HELD_PICTURES) return { ...capture, held: capture.held + 1, advice };
  return take(capture, photo, face);
}

/** Take a picture as it is, by the person's own judgment: not everybody can turn their head. */
export function take(capture: Capture, photo: Blob, face: FoundFace | null): Capture {
  const { wanted } = capture;
  if (wanted === null) return capture;
  const turn = face === null ? null : headTurn(face);
  const shots = { ...capture.shots, [wanted]: { photo, quality: face?.quality_score ?? 0 } };
  return {
    shots,
    wanted: nextWanted(shots),
    straight: wanted === "straight" ? turn : capture.straight,
    held: 0,
    advice: null,
  };
}

/** Ask for one pose again. */
export function retake(capture: Capture, pose: Pose): Capture {
  const shots = { ...capture.shots, [pose]: null };
  return { ...capture, shots, wanted: pose, held: 0, advice: null };
}

export function photosOf(capture: Capture): Blob[] {
  return POSES.flatMap((pose) => capture.shots[pose]?.photo ?? []);
}

/** Tell whether a head is turned as a pose asks for, against how the person looks straight. */
export function isPosed(pose: Pose, turn: HeadTurn, straight: HeadTurn | null): boolean {
  const yaw = turn.yaw - (straight?.yaw ?? 0);
  const pitch = turn.pitch - (straight?.pitch ?? 0);
  switch (pose) {
    case "straight":
      return Math.abs(turn.yaw) <= FACING.yaw && Math.abs(turn.pitch) <= FACING.pitch;
    case "left":
      return yaw >= LEAST_TURN && Math.abs(pitch) <= ASIDE;
    case "right":
      return yaw <= -LEAST_TURN && Math.abs(pitch) <= ASIDE;
    case "up":
      return pitch <= -LEAST_NOD && Math.abs(yaw) <= ASIDE;
    case "down":
      return pitch >= LEAST_NOD && Math.abs(yaw) <= ASIDE;
  }
}

function adviceOn(capture: Capture, wanted: Pose, { faces }: Detection): Advice {
  const [face, another] = faces;
  if (face === undefined) return { kind: "noFace" };
  if (another !== undefined) return { kind: "several" };
  const [reason] = face.quality_reasons;
  if (reason !== undefined) return { kind: "quality", reason };
  const turn = headTurn(face);
  const posed = turn === null || isPosed(wanted, turn, capture.straight);
  return { kind: posed ? "hold" : "turn" };
}

function nextWanted(shots: Capture["shots"]): Pose | null {
  return POSES.find((pose) => shots[pose] === null) ?? null;
}
