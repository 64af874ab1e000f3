//! Any text as an expression and as a regular expression: compiled, priced, run. Nothing panics, everything ends.

use kcheck::apiserver::cel::{Env, Type, Val, compile};
use kcheck::object::cron::Schedule;
use kcheck::object::go_regexp::GoRegexp;

/// One input.
pub fn run(text: &str) {
    if let Ok(pattern) = GoRegexp::new(text) {
        let _ = pattern.is_match(text);
    }
    let _ = Schedule::parse(text);
    let mut env = Env::new();
    env.variable("self", Type::Dyn);
    if let Ok(program) = compile(text, &env) {
        let _ = program.cost([]);
        let _ = program.eval(&|_: &str| Some(Ok(Val::Int(1))));
    }
}
