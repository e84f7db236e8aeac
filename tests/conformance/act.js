/** Does one of the things that happen to a session itself, and returns it; whoever signs in is Ada, or that user. */
export function perform(session, act, user = "ada") {
  if (act === "login") session.login(user);
  else session[act]();
  return session;
}
