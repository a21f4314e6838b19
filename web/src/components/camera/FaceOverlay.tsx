import type { Point } from "@/lib/live/messages";

import classes from "./CameraView.module.css";

/** Of one face, in shares of the frame as the camera took it. */
export interface ShownFace {
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  readonly landmarks: readonly Point[];
}

interface Props {
  face: ShownFace;
  /** Of the video, in pixels. */
  width: number;
  height: number;
  good: boolean;
}

/** Corners around a face and dots on it, over the video and cropped as the video is. */
export function FaceOverlay({ face, width, height, good }: Props) {
  const unit = Math.min(width, height) / 100;
  return (
    <svg
      className={classes.overlay}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      data-good={good}
      aria-hidden
    >
      <path className={classes.corners} strokeWidth={unit} d={corners(face, width, height)} />
      {face.landmarks.map(([x, y], index) => (
        <circle
          key={index}
          className={classes.landmark}
          cx={x * width}
          cy={y * height}
          r={unit * 0.8}
        />
      ))}
    </svg>
  );
}

/** The four corners of a box, each side a fifth of the box long. */
function corners({ box }: ShownFace, width: number, height: number): string {
  const [left, top, right, bottom] = box;
  const xs = [left * width, right * width] as const;
  const ys = [top * height, bottom * height] as const;
  const length = (xs[1] - xs[0]) / 5;
  return xs
    .flatMap((x, across) =>
      ys.map((y, down) => {
        const inX = across === 0 ? length : -length;
        const inY = down === 0 ? length : -length;
        return `M${x} ${y + inY} V${y} H${x + inX}`;
      }),
    )
    .join(" ");
}
