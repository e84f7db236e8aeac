/** Does one of the things that happen to a session itself; whoever signs in is Ada, or that user. */
export function perform(session, act, user = "ada") {
  return act === "login" ? session.login(user) : session[act]();
}
