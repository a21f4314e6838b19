import {
  IconArrowBackUp,
  IconDownload,
  IconFaceId,
  IconHeartHandshake,
  IconHelpHexagon,
  IconLock,
  IconLockOpen,
  IconLogin2,
  IconPencil,
  IconPoint,
  IconSparkles,
  IconUserPlus,
} from "@tabler/icons-react";
import type { FC } from "react";

import classes from "./HistoryList.module.css";

const ICONS: Readonly<Record<string, FC<{ size?: number; stroke?: number }>>> = {
  enroll: IconUserPlus,
  authenticate: IconFaceId,
  identify: IconFaceId,
  export: IconDownload,
  lock: IconLock,
  unlock: IconLockOpen,
  adapt: IconSparkles,
  disown: IconArrowBackUp,
  consent: IconHeartHandshake,
  withdraw: IconHeartHandshake,
  group: IconPencil,
  profile: IconPencil,
  request: IconHelpHexagon,
  decide: IconHelpHexagon,
  set_password: IconLock,
  log_in: IconLogin2,
};

/** Helps the eye along a history; the words beside it say the same. */
export function EventIcon({ kind }: { kind: string }) {
  const Icon = ICONS[kind] ?? IconPoint;
  return (
    <span className={classes.icon} aria-hidden>
      <Icon size={17} stroke={1.6} />
    </span>
  );
}
