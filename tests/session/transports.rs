//! Where a token may come from: what is sealed for one is worth nothing anywhere else, and what a link brings goes nowhere.

use base64ct::{Base64UrlUnpadded, Encoding};
use edge_session::cookie::Origin;
use edge_session::named::Realm;
use edge_session::page_token::Page;
use edge_session::time::{Span, Timestamp};
use edge_session::{Action, Code, Consistency, Error, Login, Options, Reject, Request, Session, Transport, Way};

use crate::world::{Jar, Outcome, SHOP, Shows, Visit, World};

const ADA: Login<'static> = Login { user: "\"ada\"", level: None, device: None };
const NAME: &str = "__Host-session";
const WAYS: [Way; 4] = [Way::Cookie, Way::Header, Way::Form, Way::Url];
const CONSISTENCIES: [Consistency; 2] = [Consistency::Strong, Consistency::Eventual];

fn by(ways: &[Way]) -> impl FnOnce(&mut Options) {
    let transports =
        ways.iter().map(|way| if *way == Way::Cookie { Transport::cookie() } else { named(*way) }).collect();
    move |options| options.transports = transports
}

/// All under one name, so that nothing but the purpose tells them apart.
fn named(way: Way) -> Transport {
    Transport::new(way, NAME)
}

fn world(consistency: Consistency, ways: &[Way]) -> World {
    World::with(consistency, by(ways))
}

fn page_token(world: &mut World, session: &Session, way: Way) -> Result<String, Error> {
    let page = Page { session: session.clone(), way, stale: false, unsaved: false };
    world.sessions.page_token(page, world.now, &world.random.entropy())
}

fn arrive(world: &mut World, way: Way, token: &str) -> Visit {
    let cookie = format!("{NAME}={token}");
    world.arrive(&[(way, if way == Way::Cookie { &cookie } else { token })])
}

/// One session, and a token of it for every transport, none of which carries the values.
fn issued(world: &mut World) -> [(Way, String); 4] {
    let mut jar = Jar::default();
    let mut visit = world.arrive(&[(Way::Header, "")]);
    visit.set(SHOP, "color", "\"red\"");
    let commit = world.commit(&mut Jar::default(), &mut visit).written();
    let header = commit.cookies[0].clone();
    let opened = world.sessions.force(&header, Origin::Secure, world.now, || Ok(world.random.entropy())).unwrap();
    let mut forced = world.arrived(opened, None).unwrap();
    world.commit(&mut jar, &mut forced);
    let [form, url] = [Way::Form, Way::Url].map(|way| page_token(world, &commit.session, way).unwrap());
    [(Way::Cookie, jar.token().into()), (Way::Header, header), (Way::Form, form), (Way::Url, url)]
}

fn reasons(visit: &Visit) -> Vec<(Way, Reject)> {
    WAYS.into_iter().zip(visit.refused).filter_map(|(way, reject)| Some((way, reject?))).collect()
}

#[test]
fn a_token_opens_by_the_transport_that_it_was_sealed_for_and_by_no_other() {
    for consistency in CONSISTENCIES {
        let mut world = world(consistency, &WAYS);
        for (sealed_for, token) in issued(&mut world) {
            for way in WAYS {
                let visit = arrive(&mut world, way, &token);
                let opened = visit.get(SHOP, "color").is_some();
                assert_eq!(opened, way == sealed_for, "{sealed_for:?} offered to {way:?}");
                assert_eq!(reasons(&visit), if opened { vec![] } else { vec![(way, Reject::Forged)] });
                assert!(!opened || visit.session.way() == way);
            }
        }
    }
}

#[test]
fn a_token_of_another_name_or_application_is_forged() {
    for way in [Way::Header, Way::Form, Way::Url] {
        let mut world = world(Consistency::Strong, &WAYS);
        let (_, token) = issued(&mut world)[way as usize].clone();
        for (name, audience) in [("other", None), (NAME, Some("other")), ("_Host-session", Some("__Host-session_"))] {
            world.deploy(&[1], Consistency::Strong, |options| {
                options.transports = vec![Transport::new(way, name)];
                options.audience = audience.map(String::from);
            });
            assert_eq!(reasons(&arrive(&mut world, way, &token)), [(way, Reject::Forged)], "{name} {audience:?}");
        }
        world.deploy(&[2], Consistency::Strong, by(&WAYS));
        assert_eq!(reasons(&arrive(&mut world, way, &token)), [(way, Reject::UnknownKey)], "a foreign secret");
        world.deploy(&[2, 1], Consistency::Strong, by(&WAYS));
        assert!(arrive(&mut world, way, &token).get(SHOP, "color").is_some(), "an old secret");
    }
}

#[test]
fn forms_and_urls_live_for_their_lifetime_to_the_millisecond_and_headers_as_long_as_cookies() {
    for lifetime in [Span::from_secs(600), Span::from_millis(1), Span::from_secs(3000)] {
        for way in [Way::Header, Way::Form, Way::Url] {
            let mut world = world(Consistency::Strong, &WAYS);
            let (_, token) = issued(&mut world)[way as usize].clone();
            world.deploy(&[1], Consistency::Strong, |options| {
                by(&WAYS)(options);
                options.transports.iter_mut().for_each(|transport| transport.lifetime = lifetime);
            });
            world.now = world.now.after(lifetime).before(Span::from_millis(1));
            assert!(
                arrive(&mut world, way, &token).get(SHOP, "color").is_some(),
                "{way:?} a millisecond before {lifetime:?}"
            );
            world.pass(Span::from_millis(1));
            let visit = arrive(&mut world, way, &token);
            let expected = if way == Way::Header { vec![] } else { vec![(way, Reject::Expired)] };
            assert_eq!(reasons(&visit), expected, "{way:?} at {lifetime:?}");
            assert!(visit.expired.is_none(), "the session lives on");
        }
    }
}

#[test]
fn a_session_that_is_over_is_over_however_its_token_came() {
    for consistency in CONSISTENCIES {
        for action in [Action::Login(ADA), Action::Logout, Action::Destroy] {
            for acts in WAYS {
                let mut world = world(consistency, &WAYS);
                let tokens = issued(&mut world);
                let mut visit = arrive(&mut world, acts, &tokens[acts as usize].1);
                visit.action = action.clone();
                world.commit(&mut Jar::default(), &mut visit);
                for (way, token) in &tokens {
                    let visit = arrive(&mut world, *way, token);
                    assert!(visit.ended && visit.session.is_fresh(), "{action:?} by {acts:?}, then {way:?}");
                }
            }
        }
    }
}

#[test]
fn a_rotated_session_leads_its_cookies_and_headers_on_for_the_grace_and_no_link_ever() {
    for consistency in CONSISTENCIES {
        for acts in WAYS {
            let mut world = world(consistency, &WAYS);
            let tokens = issued(&mut world);
            let mut visit = arrive(&mut world, acts, &tokens[acts as usize].1);
            visit.action = Action::Rotate;
            world.commit(&mut Jar::default(), &mut visit);
            for (way, token) in &tokens {
                let led_on = acts.to_and_fro() && way.to_and_fro();
                assert_eq!(arrive(&mut world, *way, token).ended, !led_on, "rotated by {acts:?}, then {way:?}");
            }
        }
    }
}

trait ToAndFro {
    fn to_and_fro(self) -> bool;
}

impl ToAndFro for Way {
    fn to_and_fro(self) -> bool {
        matches!(self, Self::Cookie | Self::Header)
    }
}

#[test]
fn a_change_goes_back_the_way_the_token_came_and_by_a_link_not_at_all() {
    let mut world = world(Consistency::Eventual, &WAYS);
    for (way, token) in issued(&mut world) {
        let mut visit = arrive(&mut world, way, &token);
        let size = (way as u8).to_string();
        visit.set(SHOP, "size", &size);
        let commit = world.commit(&mut Jar::default(), &mut visit).written();
        assert_eq!(commit.cookies.len(), usize::from(way.to_and_fro()), "{way:?}");
        assert_eq!(commit.is_covered(), way.to_and_fro(), "what no token carries is awaited: {way:?}");
        match way {
            Way::Cookie => assert!(commit.cookies[0].starts_with("__Host-session=")),
            Way::Header => {
                assert_eq!(arrive(&mut world, way, &commit.cookies[0]).get(SHOP, "size"), Some(size))
            }
            Way::Form | Way::Url => {
                world.pass(Span::from_secs(300));
                let mut reads = arrive(&mut world, way, &token);
                assert!(!reads.due && matches!(world.commit(&mut Jar::default(), &mut reads), Outcome::Nothing));
            }
        }
    }
}

#[test]
fn a_login_by_a_link_goes_out_by_cookie_where_there_is_one() {
    for (ways, goes_by) in [
        (&[Way::Url, Way::Cookie] as &[Way], Way::Cookie),
        (&[Way::Form, Way::Url, Way::Header, Way::Cookie], Way::Header),
        (&[Way::Url], Way::Url),
    ] {
        let mut world = world(Consistency::Eventual, &WAYS);
        let (_, token) = issued(&mut world)[Way::Url as usize].clone();
        world.deploy(&[1], Consistency::Eventual, by(ways));
        let mut visit = arrive(&mut world, Way::Url, &token);
        visit.action = Action::Login(ADA);
        let commit = world.commit(&mut Jar::default(), &mut visit).written();
        assert_eq!(
            (commit.session.way(), commit.cookies.len()),
            (goes_by, usize::from(goes_by != Way::Url)),
            "{ways:?}"
        );
    }
}

#[test]
fn the_first_in_the_order_of_preference_that_opens_is_the_session_and_each_refusal_has_its_reason() {
    let mut world = world(Consistency::Strong, &[Way::Url, Way::Header, Way::Form, Way::Cookie]);
    let [cookie, header, form, url] = issued(&mut world).map(|(_, token)| token);
    let cookie = format!("{NAME}={cookie}");
    let good = [(Way::Cookie, &*cookie), (Way::Form, &*form), (Way::Header, &*header), (Way::Url, &*url)];
    let order = [Way::Url, Way::Header, Way::Form, Way::Cookie];
    for bad in 0..4 {
        let sent: Vec<(Way, &str)> =
            good.iter().map(|(way, token)| (*way, if order[..bad].contains(way) { "x" } else { *token })).collect();
        let visit = world.arrive(&sent);
        assert_eq!(visit.session.way(), order[bad]);
        let refused = WAYS.into_iter().filter(|way| order[..bad].contains(way));
        assert_eq!(reasons(&visit), refused.map(|way| (way, Reject::Malformed)).collect::<Vec<_>>());
    }
}

#[test]
fn a_new_session_goes_out_the_way_that_was_tried_else_by_the_first_that_carries_one() {
    let cookie = format!("{NAME}=x");
    for (ways, sent, goes_by) in [
        (&[Way::Cookie, Way::Header] as &[Way], vec![], Way::Cookie),
        (&[Way::Url, Way::Header, Way::Cookie], vec![], Way::Header),
        (&[Way::Cookie, Way::Header], vec![(Way::Header, "")], Way::Header),
        (&[Way::Cookie, Way::Header], vec![(Way::Header, "x")], Way::Header),
        (&[Way::Header, Way::Cookie], vec![(Way::Cookie, &*cookie)], Way::Cookie),
        (&[Way::Header, Way::Cookie], vec![(Way::Cookie, "theme=dark")], Way::Header),
        (&[Way::Cookie, Way::Url], vec![(Way::Url, "x")], Way::Cookie),
        (&[Way::Form, Way::Url], vec![], Way::Url),
    ] {
        let mut world = world(Consistency::Strong, ways);
        assert_eq!(world.arrive(&sent).session.way(), goes_by, "{ways:?} {sent:?}");
    }
}

#[test]
fn what_is_no_token_is_refused_with_its_reason_and_never_taken_for_an_id() {
    let long = "A".repeat(5_000);
    let cut = |token: &str| token[..token.len() - 4].to_string();
    for way in [Way::Header, Way::Form, Way::Url] {
        let mut world = world(Consistency::Strong, &WAYS);
        let (_, token) = issued(&mut world)[way as usize].clone();
        let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(
                arrive(&mut world, way, &Base64UrlUnpadded::encode_string(&damaged)).session.is_fresh(),
                "bit {bit}"
            );
        }
        for (text, reason) in [
            ("__proto__", Reject::UnknownVersion),
            ("constructor", Reject::UnknownVersion),
            ("é", Reject::Malformed),
            ("\u{0}", Reject::Malformed),
            ("%41", Reject::Malformed),
            (&*cut(&token), Reject::Forged),
            (&*format!("{token}AAAA"), Reject::Forged),
            (&*format!("{token}="), Reject::Malformed),
            (&*format!("{token}; {token}"), Reject::Malformed),
            (&*long, Reject::Oversized),
        ] {
            let visit = arrive(&mut world, way, text);
            let reasons = reasons(&visit);
            assert!(
                reasons == [(way, reason)] || reasons == [(way, Reject::Malformed)],
                "{way:?} {text:.20}: {reasons:?}"
            );
            assert!(visit.session.is_fresh());
        }
    }
}

#[test]
fn of_two_different_tokens_by_one_transport_neither_is_taken_and_of_two_alike_either() {
    for way in [Way::Header, Way::Form, Way::Url] {
        let mut world = world(Consistency::Strong, &WAYS);
        let (mine, other) = (issued(&mut world)[way as usize].1.clone(), issued(&mut world)[way as usize].1.clone());
        for sent in [[(way, &*mine), (way, &*other)], [(way, &*other), (way, &*mine)], [(way, &*mine), (way, "x")]] {
            assert_eq!(reasons(&world.arrive(&sent)), [(way, Reject::Duplicate)]);
        }
        assert!(world.arrive(&[(way, &mine), (way, ""), (way, &mine)]).get(SHOP, "color").is_some());
    }
}

#[test]
fn a_crowd_of_texts_costs_one_opening_at_most() {
    let mut world = world(Consistency::Strong, &WAYS);
    let (_, token) = issued(&mut world)[Way::Url as usize].clone();
    let texts: Vec<String> = (0..50_000).map(|n| format!("x{n}")).collect();
    let mut sent: Vec<(Way, &str)> = texts.iter().map(|text| (Way::Url, &**text)).collect();
    sent.push((Way::Url, &token));
    assert_eq!(reasons(&world.arrive(&sent)), [(Way::Url, Reject::Duplicate)]);
}

#[test]
fn a_link_that_a_store_is_behind_of_shows_so_and_its_change_is_refused_rather_than_lost() {
    let mut world = world(Consistency::Eventual, &WAYS);
    let (_, old) = issued(&mut world)[Way::Url as usize].clone();
    let mut visit = arrive(&mut world, Way::Url, &old);
    let before = world.store.records.clone();
    visit.set(SHOP, "color", "\"blue\"");
    let commit = world.commit(&mut Jar::default(), &mut visit).written();
    let new = page_token(&mut world, &commit.session, Way::Url).unwrap();
    assert!(!arrive(&mut world, Way::Url, &new).stale);
    world.store.shows = Shows::Old(before);
    let mut behind = arrive(&mut world, Way::Url, &new);
    assert!(behind.stale && behind.get(SHOP, "color").as_deref() == Some("\"red\""));
    behind.set(SHOP, "size", "9");
    assert_eq!(world.try_commit(&mut Jar::default(), &mut behind).unwrap_err().code(), Code::Stale);
    assert!(!arrive(&mut world, Way::Url, &old).stale, "it knows of nothing newer");
}

#[test]
fn no_link_is_made_on_an_eventual_store_before_its_changes_are_saved() {
    for (consistency, refused) in [(Consistency::Strong, false), (Consistency::Eventual, true)] {
        let mut world = world(consistency, &WAYS);
        let visit = world.arrive(&[]);
        let page = Page { session: visit.session, way: Way::Url, stale: false, unsaved: true };
        let made = world.sessions.page_token(page, world.now, &world.random.entropy());
        assert_eq!(made.err().map(|error| error.code()), refused.then_some(Code::Stale));
    }
}

#[test]
fn a_method_that_may_not_begin_a_session_reads_defaults_and_keeps_nothing() {
    let only_post = |options: &mut Options| {
        by(&WAYS)(options);
        options.create_on = "PUT,POST".into();
    };
    for method in ["GET", "HEAD", "post", "", "POSTS", "PUT,POST", ","] {
        let mut world = World::with(Consistency::Strong, only_post);
        let mut visit = world.try_arrive(&[], method).unwrap();
        assert!(visit.get(SHOP, "color").is_none());
        assert!(matches!(world.commit(&mut Jar::default(), &mut visit), Outcome::Nothing), "reading is no change");
        for action in [Action::Keep, Action::Start, Action::Login(ADA)] {
            let mut visit = world.try_arrive(&[], method).unwrap();
            visit.action = action.clone();
            if action == Action::Keep {
                visit.set(SHOP, "color", "1");
            }
            let error = world.plan(&visit).unwrap_err();
            assert_eq!(
                (error.code(), error.message().starts_with("createOn: ")),
                (Code::Config, true),
                "{method} {action:?}"
            );
        }
        let error = page_token(&mut world, &visit.session, Way::Form).unwrap_err();
        assert_eq!(error.code(), Code::Config);
        assert!(world.sessions.csrf_token(&visit.session, &world.random.entropy()).is_err());
    }
    let mut world = World::with(Consistency::Strong, only_post);
    let (mut jar, mut visit) = (Jar::default(), world.try_arrive(&[], "POST").unwrap());
    visit.set(SHOP, "color", "1");
    world.commit(&mut jar, &mut visit);
    let cookie = jar.header();
    let mut visit = world.try_arrive(&[(Way::Cookie, &cookie)], "GET").unwrap();
    visit.set(SHOP, "color", "2");
    assert!(
        matches!(world.commit(&mut jar, &mut visit), Outcome::Written(_)),
        "an existing session works on every method"
    );
}

#[test]
fn force_takes_what_was_sealed_for_a_header_a_form_or_a_url_and_nothing_else() {
    for consistency in CONSISTENCIES {
        let mut world = world(consistency, &WAYS);
        for (way, token) in issued(&mut world) {
            let opened =
                world.sessions.force(&token, Origin::Secure, world.now, || Ok(world.random.entropy())).unwrap();
            let mut visit = world.arrived(opened, None).unwrap();
            let mut jar = Jar::default();
            let outcome = world.commit(&mut jar, &mut visit);
            if way == Way::Cookie {
                assert!(visit.reject == Some(Reject::Forged) && jar.is_empty() && matches!(outcome, Outcome::Nothing));
            } else {
                assert!(visit.refused == [None; 4] && outcome.written().session.way() == Way::Cookie, "{way:?}");
                assert!(world.get(&mut jar, "color").is_some(), "{way:?}");
            }
        }
        let (_, url) = issued(&mut world)[Way::Url as usize].clone();
        world.pass(Span::from_secs(600));
        for (token, reason) in [(&*url, Reject::Expired), ("x", Reject::Malformed), ("é", Reject::Malformed)] {
            let opened = world.sessions.force(token, Origin::Secure, world.now, || Ok(world.random.entropy())).unwrap();
            assert!(opened.session.is_fresh() && opened.refused == [Some(reason), None, None, None]);
        }
    }
}

#[test]
fn a_forced_link_that_is_rotated_leaves_no_grace_to_whoever_made_it() {
    let mut world = world(Consistency::Strong, &WAYS);
    let tokens = issued(&mut world);
    let url = &tokens[Way::Url as usize].1;
    let opened = world.sessions.force(url, Origin::Secure, world.now, || Ok(world.random.entropy())).unwrap();
    let mut visit = world.arrived(opened, None).unwrap();
    visit.action = Action::Rotate;
    let mut jar = Jar::default();
    assert_eq!(world.commit(&mut jar, &mut visit).written().session.way(), Way::Cookie);
    assert!(world.get(&mut jar, "color").is_some());
    for (way, token) in &tokens {
        assert!(arrive(&mut world, *way, token).ended, "{way:?}");
    }
}

#[test]
fn to_forget_is_to_delete_the_cookie_or_to_empty_the_header() {
    let mut world = world(Consistency::Strong, &WAYS);
    for (way, token) in issued(&mut world) {
        let session = arrive(&mut world, way, &token).session;
        let lines = world.sessions.forget(&session).unwrap();
        if way == Way::Header {
            assert_eq!(lines, [""]);
        } else {
            assert!(lines.len() == 1 && lines[0].starts_with("__Host-session=; Max-Age=0"), "{lines:?}");
        }
        assert!(arrive(&mut world, way, &token).get(SHOP, "color").is_some(), "the session lives on");
    }
}

#[test]
fn a_destroyed_session_clears_what_it_came_by_and_no_other_cookie() {
    for way in WAYS {
        let mut world = world(Consistency::Strong, &WAYS);
        let (_, token) = issued(&mut world)[way as usize].clone();
        let mut visit = arrive(&mut world, way, &token);
        visit.action = Action::Destroy;
        let commit = world.commit(&mut Jar::default(), &mut visit).written();
        assert_eq!((commit.cookies.len(), commit.writes.len()), (usize::from(way.to_and_fro()), 1), "{way:?}");
    }
}

#[test]
fn without_a_store_a_header_carries_the_whole_session_and_a_link_is_refused_as_an_option() {
    let mut world = world(Consistency::None, &[Way::Cookie, Way::Header]);
    let mut visit = world.arrive(&[(Way::Header, "")]);
    visit.set(SHOP, "text", &format!("\"{}\"", "x".repeat(7_000)));
    let commit = world.commit(&mut Jar::default(), &mut visit).written();
    assert!(commit.cookies.len() == 1 && commit.cookies[0].len() > 9_000);
    assert!(arrive(&mut world, Way::Header, &commit.cookies[0]).get(SHOP, "text").is_some());
    let tokens = [Way::Cookie, Way::Header].map(|way| {
        let (mut jar, mut visit) = (Jar::default(), world.arrive(&[(way, "")]));
        visit.set(SHOP, "a", "1");
        let commit = world.commit(&mut jar, &mut visit).written();
        if way == Way::Header { commit.cookies[0].clone() } else { jar.token().into() }
    });
    for (way, [mine, other]) in [(Way::Cookie, [0, 1]), (Way::Header, [1, 0])] {
        assert!(arrive(&mut world, way, &tokens[mine]).get(SHOP, "a").is_some(), "{way:?}");
        assert_eq!(reasons(&arrive(&mut world, way, &tokens[other])), [(way, Reject::Forged)], "{way:?}");
    }
    for way in [Way::Form, Way::Url] {
        let mut options = Options::new(crate::world::keyring(&[1]), Consistency::None);
        by(&[Way::Cookie, way])(&mut options);
        let error = edge_session::Sessions::new(options).unwrap_err();
        assert!(error.message().starts_with("transports: needs a store"), "{error}");
    }
}

#[test]
fn wrong_transports_and_methods_are_named() {
    let options = |transports: Vec<Transport>, methods: &[&str]| {
        let mut options = Options::new(crate::world::keyring(&[1]), Consistency::Strong);
        options.transports = transports;
        options.create_on = methods.join(",");
        edge_session::Sessions::new(options).map(drop).map_err(|error| error.message().to_string())
    };
    let lives = |span| Transport { lifetime: span, ..Transport::new(Way::Url, "s") };
    for (transports, methods, wrong) in [
        (vec![], &[] as &[&str], "transports: must name"),
        (vec![Transport::cookie(), Transport::cookie()], &[], "transports: is given twice"),
        (vec![Transport::new(Way::Header, "Set-Cookie")], &[], "transports.name: must be a header's name"),
        (vec![Transport::new(Way::Header, "x session")], &[], "transports.name: must be a header's name"),
        (vec![Transport::new(Way::Url, "")], &[], "transports.name: must be 1 to 64"),
        (vec![Transport::new(Way::Url, "a.b")], &[], "transports.name: must be 1 to 64"),
        (vec![Transport::new(Way::Url, &"a".repeat(65))], &[], "transports.name: must be 1 to 64"),
        (vec![Transport::new(Way::Form, "a\"b")], &[], "transports.name: must be 1 to 64"),
        (vec![lives(Span::default())], &[], "transports.lifetime: must be"),
        (vec![lives(Span::from_millis(86_400_001))], &[], "transports.lifetime: must be"),
        (vec![Transport::cookie()], &["POST", "put"], "createOn: must be"),
        (vec![Transport::cookie()], &["POST PUT"], "createOn: must be"),
    ] {
        let message = options(transports, methods).unwrap_err();
        assert!(message.starts_with(wrong), "{message} instead of {wrong}");
    }
    assert_eq!(options(vec![lives(Span::from_days(1))], &["POST", "PUT"]), Ok(()));
}

#[test]
fn a_session_between_two_steps_keeps_how_it_came() {
    let mut world = world(Consistency::Strong, &WAYS);
    for (way, token) in issued(&mut world) {
        let session = arrive(&mut world, way, &token).session;
        assert_eq!(Session::from_bytes(&session.to_bytes()).unwrap(), session);
    }
    let denied = Request { sent: [""; 4], origin: Origin::LocalHttp, method: "GET" };
    world.deploy(&[1], Consistency::Strong, |options| options.create_on = "PUT,POST".into());
    let opened = world.sessions.open_request(&denied, world.now, || Ok(world.random.entropy())).unwrap();
    assert_eq!(Session::from_bytes(&opened.session.to_bytes()).unwrap(), opened.session);
}

#[test]
fn plain_http_from_elsewhere_is_an_error_only_where_cookies_are_used() {
    for (ways, fails) in [(&WAYS as &[Way], true), (&[Way::Header], false)] {
        let world = world(Consistency::Strong, ways);
        let request = Request { sent: [""; 4], origin: Origin::RemoteHttp, method: "GET" };
        let opened = world.sessions.open_request(&request, world.now, || Ok(crate::world::Random::new(1).entropy()));
        assert_eq!(opened.is_err(), fails);
    }
}

#[test]
fn no_link_is_made_to_a_session_under_an_id_of_the_applications_own() {
    let mut world = world(Consistency::Strong, &WAYS);
    let (session, _) = world.sessions.open_named(Realm::Application, "cart", Timestamp::default(), world.now).unwrap();
    for way in [Way::Form, Way::Url] {
        assert_eq!(page_token(&mut world, &session, way).unwrap_err().code(), Code::Value);
    }
    assert!(world.sessions.forget(&session).unwrap().is_empty());
}
