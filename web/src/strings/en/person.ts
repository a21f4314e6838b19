/** What is said of one person: to operators of "them", to the person of "you". */
export const person = {
  kinds: {
    enroll: "Face enrolled",
    authenticate: "Face compared",
    identify: "Found by face",
    expire: "Erased when the time was over",
    export: "Data exported",
    lock: "Locked",
    unlock: "Unlocked",
    adapt: "Learned from a sign-in",
    disown: "Sign-in disowned",
    consent: "Consent given",
    withdraw: "Consent withdrawn",
    group: "Group changed",
    erase_expressions: "Expressions erased",
    profile: "Profile changed",
    request: "Request made",
    decide: "Request decided",
    set_password: "Password set",
    log_in: "Signed in",
  },
  /** In place of those above, in words for somebody who never read a manual. */
  yourKinds: {
    authenticate: "Sign-in with your face",
    adapt: "Your face learned anew",
    disown: "You said: this was not me",
    export: "Your data given out",
    request: "You asked for something",
    decide: "Your request decided",
  },
  actors: {
    them: {
      operator: "by {{name}}",
      key: "by API key {{name}}",
      cli: "on the command line",
      self: "in self-service",
      other: "by {{name}}",
    },
    you: {
      operator: "by the operator {{name}}",
      key: "through an application",
      cli: "by an operator",
      self: "on this page",
      other: "by the server",
    },
  },
  liveness: {
    none: "from a photo, liveness not checked",
    passive: "picture checked for signs of a fake",
    active: "tasks before the camera",
    both: "tasks before the camera, picture checked as well",
  },
  details: {
    failed: "Not passed: {{checks}}",
    chance: "One stranger in {{strangers}} would look as alike",
    images_one: "{{count}} photo",
    images_other: "{{count}} photos",
    removed_one: "{{count}} learned template taken back",
    removed_other: "{{count}} learned templates taken back",
    nothingRemoved: "nothing had been learned from it",
  },
  ways: { face: "by face", password: "by password", review: "let in by an operator" },
  requests: { verification: "to be let in", erasure: "to be erased" },
  history: {
    empty: "Nothing has happened yet.",
    disowned: "Disowned",
    them: {
      action: "This was not them",
      title: "Was this somebody else?",
      explain:
        "It goes on record that the person did not sign in here. Everything that was learned from this sign-in is taken back. What was enrolled stays.",
      done: "It is on record, and what was learned from it is taken back.",
    },
    you: {
      action: "This was not me",
      title: "Was this somebody else?",
      explain:
        "We note that this was not you, and forget everything that was learned from this sign-in. Your enrolled face stays as it is. Tell your administrator too: somebody may be using your name.",
      done: "Thank you. It is on record, and what was learned from it is forgotten.",
    },
  },
  purposes: {
    expression: "Keep expressions",
    fairness: "Compare groups",
  },
  consents: {
    since: "Agreed",
    notStated: "This server does nothing of the kind, so there is nothing to agree to.",
    told: "The purpose, as it is stated here:",
    them: {
      expression:
        "The expression at each sign-in is kept: as a trend for the person, and in figures of groups of five and more.",
      fairness:
        "Groups the person belongs to, such as their age, are noted to see whether the server errs more often on some people than on others.",
      give: "Note consent",
      giveTitle: "Has the person agreed?",
      giveExplain: "Ask them first, in the words below. That they agreed goes on record.",
      withdrawTitle: "Withdraw this consent?",
    },
    you: {
      expression:
        "The expression on your face at each sign-in is kept. You see your own trend; others only see figures of groups of five and more.",
      fairness:
        "Groups you belong to, such as your age, are noted to see whether the server errs more often on some people than on others.",
      give: "I agree",
      giveTitle: "Do you agree?",
      giveExplain: "You can change your mind at any time, and nothing you need depends on it.",
      withdrawTitle: "Take back your consent?",
    },
    withdraw: "Withdraw and erase",
    erases: {
      expression: "All expressions that were kept are erased at once. This cannot be undone.",
      fairness:
        "All groups but the department are erased at once. This cannot be undone, but they can be noted again after a new consent.",
    },
  },
} as const;
