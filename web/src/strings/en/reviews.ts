export const reviews = {
  title: "Reviews",
  purpose: "People ask to be let in without their face, or to be erased. You decide.",
  tabs: { name: "Which requests", open: "Open", decided: "Decided" },
  kinds: { verification: "Wants to be let in", erasure: "Wants to be erased" },
  asked: "Asked",
  expires: "Lapses",
  note: "What they wrote",
  verification:
    "Call or meet the person to be sure that it is them. An approval lets them in once, within an hour.",
  erasure:
    "An approval erases templates, profile, consents, expressions, password and history, also from backups. Nobody can bring them back.",
  needsAdmin: "Only an administrator decides on an erasure.",
  approve: "Approve",
  approveErasure: "Approve and erase",
  deny: "Deny",
  decide: {
    approveTitle: "Let {{who}} in?",
    eraseTitle: "Erase {{who}}?",
    denyTitle: "Deny the request of {{who}}?",
    reason: "Reason",
    reasonAdvice:
      "How you made sure, or why not. It is kept with the request; the person can read it.",
    approved: "{{who}} can sign in within the next hour.",
    erased: "{{who}} is erased.",
    denied: "The request is denied.",
  },
  states: {
    open: "Open",
    approved: "Approved",
    denied: "Denied",
    redeemed: "Approved and used",
    expired: "Expired",
  },
  none: {
    title: "Nobody is waiting",
    advice:
      "A request appears here by itself as soon as somebody makes one, and you are told on every page.",
  },
  noneDecided: {
    title: "Nothing was decided yet",
    advice:
      "Requests come here once they are approved, denied or expired. They are kept for 30 days.",
  },
  notice: {
    title: "Somebody asks for a decision",
    verification: "{{who}} wants to be let in.",
    erasure: "{{who}} wants to be erased.",
    look: "Look at it",
  },
} as const;
