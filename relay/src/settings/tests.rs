//! The settings file, the environment and the flags, with the exact sentence for every mistake.

use super::load::from_table;
use super::{Mistakes, Overrides, Settings};

fn read_with(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Mistakes> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    from_table(text.parse().expect("TOML"), &Overrides { environment, flags: Vec::new() })
}

fn read(text: &str) -> Result<Settings, Mistakes> {
    read_with(text, &[])
}

const EXAMPLE: &str = include_str!("../../../rejoin.example.toml");

const GOOD: &str = r#"
    [[queues]]
    name = "support"
    [[workstreams]]
    name = "chat"
    queue = "support"
    [[widgets]]
    name = "shop"
    sites = ["https://shop.example.com"]
    workstream = "chat"
"#;

#[test]
fn the_example_is_the_default() {
    let mut example = read(EXAMPLE).expect("good settings");
    // That something was written is no setting.
    example.written = Settings::default().written;
    assert_eq!(example, Settings::default());
}

#[test]
fn what_the_example_shows_in_comments_is_the_default_of_declared_things() {
    let shown: Vec<&str> = EXAMPLE.lines().filter_map(|line| line.strip_prefix("#:")).collect();
    let shown = read(&shown.join("\n")).expect("good settings");
    let mut plain = read(GOOD).expect("good settings");
    plain.queues[0].title = "Support".to_owned();
    plain.written = shown.written.clone();
    assert_eq!(shown, plain);
}

#[test]
fn every_mistake_has_its_sentence() {
    let cases = [
        ("colour = 1", "colour: is not a known setting."),
        ("[server]\nport = 1", "server.port: is not a known setting."),
        ("server = 1", "server: must be a table."),
        ("[server]\nlisten = 8080", "server.listen: must be text in quotes."),
        (
            "[server]\nlisten = \"localhost\"",
            "server.listen: must be an address and a port, such as \"127.0.0.1:8080\".",
        ),
        (
            "[server]\nlisten = \"0.0.0.0:80\"",
            "server.public_url: must be set when the relay listens on another address than 127.0.0.1 or [::1].",
        ),
        (
            "[server]\npublic_url = \"https://chat.example.com/path\"",
            "server.public_url: must be an origin such as \"https://chat.example.com\", without a path.",
        ),
        (
            "[server]\nother_urls = [\"chat.example.com\"]",
            "server.other_urls: each element must be an origin such as \"https://chat.example.com\".",
        ),
        ("[server]\nother_urls = [1]", "server.other_urls: each element must be text in quotes."),
        ("[server]\nother_urls = 1", "server.other_urls: must be a list."),
        (
            "[server]\ncome_back_within = 3",
            "server.come_back_within: must be a length of time in quotes, such as \"30s\", \"3m\" or \"12h\".",
        ),
        ("[server]\ncome_back_within = \"2m\"", "server.come_back_within: must be at most one minute."),
        (
            "[server]\nclient_address_header = \"x forwarded\"",
            "server.client_address_header: must be the name of a header such as \"x-forwarded-for\".",
        ),
        ("[store]\npath = true", "store.path: must be a path in quotes."),
        ("[logs]\nformat = \"xml\"", "logs.format: must be \"text\" or \"json\"."),
        ("[logs]\nlevel = \"loud\"", "logs.level: must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"."),
        ("[sign_in]\ntries_per_name = 0", "sign_in.tries_per_name: must be a whole number of at least 1."),
        ("[sign_in]\ntries_per_name = -5", "sign_in.tries_per_name: must be a whole number of at least 1."),
        (
            "[sign_in]\nidle_after = \"8d\"",
            "sign_in.idle_after: must be at least one minute and not longer than ends_after.",
        ),
        ("[limits]\nhead_within = \"1ms\"", "limits.head_within: must be between 100 milliseconds and two minutes."),
        ("[limits]\nwaiting_inputs_max = 1000001", "limits.waiting_inputs_max: must be at most 1000000."),
        ("queues = 1", "queues: must be a list of tables."),
        ("queues = [1]", "queues[0]: must be a table."),
        ("[[queues]]", "queues[0].name: is missing."),
        (
            "[[queues]]\nname = \"Support\"",
            "queues[0].name: a slug has 1 to 40 of a-z, 0-9 and `-`, and begins with a letter.",
        ),
        ("[[queues]]\nname = \"a\"\ntitle = \"\"", "queues[0].title: must have 1 to 100 characters."),
        (
            "[[queues]]\nname = \"a\"\nassignment = \"random\"",
            "queues[0].assignment: must be \"highest-capacity\" or \"round-robin\".",
        ),
        ("[[queues]]\nname = \"a\"\n[[queues]]\nname = \"a\"", "queues[1].name: there are two called \"a\"."),
        ("[[queues]]\nname = \"a\"\npriority = 1001", "queues[0].rules: priority must be between 0 and 1000."),
        (
            "[[queues]]\nname = \"a\"\nout_of_hours = \"close\"",
            "queues[0].out_of_hours: must be \"assign-anyway\", \"end\" or \"queue:\" and the name of a queue.",
        ),
        ("[[queues]]\nname = \"a\"\nout_of_hours = \"queue:b\"", "queues[0].out_of_hours: there is no queue \"b\"."),
        (
            "[[queues]]\nname = \"a\"\nout_of_hours = \"queue:a\"",
            "queues[0].rules: a queue can't overflow into itself.",
        ),
        ("[[queues]]\nname = \"a\"\nwhen_full = \"end\"", "queues[0].when_full: says nothing without waiting_max."),
        (
            "[[queues]]\nname = \"a\"\nwhen_too_long = \"end\"",
            "queues[0].when_too_long: says nothing without wait_max.",
        ),
        (
            "[[queues]]\nname = \"a\"\nwait_max = \"5m\"\nwhen_too_long = \"assign-anyway\"",
            "queues[0].rules: who waits for too long can be ended or moved, not assigned anyway.",
        ),
        (
            "[[queues]]\nname = \"a\"\nwait_max = \"5s\"",
            "queues[0].rules: the longest wait must be between 1 minute and 48 hours.",
        ),
        (
            "[[queues]]\nname = \"a\"\nwaiting_max = 10001",
            "queues[0].rules: the number of waiting conversations must be between 1 and 10000.",
        ),
        ("[[queues]]\nname = \"a\"\n[queues.hours]", "queues[0].hours.time_zone: is missing."),
        (
            "[[queues]]\nname = \"a\"\n[[workstreams]]\nname = \"c\"\nqueue = \"a\"\n[[workstreams.routing]]\nto = [\"b\"]",
            "workstreams[0].routing[0].to: there is no queue \"b\".",
        ),
        (
            "[[queues]]\nname = \"a\"\n[[workstreams]]\nname = \"c\"\nqueue = \"a\"\n[[workstreams.routing]]\nto = [\"a 30%\"]",
            "workstreams[0].routing: a routing rule names 1 to 5 queues, whose shares are whole percents above 0 and 100 together.",
        ),
        (
            "[[queues]]\nname = \"a\"\n[[workstreams]]\nname = \"c\"\nqueue = \"a\"\n[[workstreams.routing]]\nto = [\"a\"]\nwhen = [{}]",
            "workstreams[0].routing[0].when[0].variable: is missing, and so are language, signed_in and widgets: one of them says \
             what is looked at.",
        ),
        (
            "[[queues]]\nname = \"a\"\n[[workstreams]]\nname = \"c\"\nqueue = \"a\"\n[[workstreams.routing]]\nto = [\"a\"]\n\
             when = [{ variable = \"plan\", is = \"gold\", above = 3 }]",
            "workstreams[0].routing[0].when[0].variable: needs exactly one of is, is_not, contains, above, below and exists.",
        ),
        (
            "[[queues]]\nname = \"a\"\n[[workstreams]]\nname = \"c\"\nqueue = \"a\"\n[[workstreams.routing]]\nto = [\"a\"]\n\
             when = [{ widgets = [\"shop\"] }]",
            "workstreams[0].routing[0].when: there is no widget \"shop\".",
        ),
        (
            "[[workstreams]]\nname = \"chat\"\nqueue = \"nowhere\"",
            "workstreams[0].queue: there is no queue \"nowhere\".",
        ),
    ];
    for (text, sentence) in cases {
        let mistakes = read(text).expect_err(text);
        assert_eq!(mistakes.to_string(), sentence, "{text}");
    }
}

#[test]
fn every_mistake_in_declared_things_has_its_sentence() {
    let cases = [
        ("mode = \"pull\"", "workstreams[0].mode: must be \"push\" or \"pick\"."),
        ("cost = 101", "workstreams[0].rules: cost must be between 1 and 100 units."),
        ("cost = 1.5", "workstreams[0].cost: must be a whole number of at least 1."),
        (
            "wrap_up = \"later\"",
            "workstreams[0].wrap_up: must be \"always\", \"never\" or a length of time such as \"2m\".",
        ),
        ("wrap_up = \"2h\"", "workstreams[0].rules: a wrap-up block must be between 30 seconds and 60 minutes."),
        ("offer_for = \"1s\"", "workstreams[0].rules: the offer countdown must be between 5 seconds and 1 hour."),
        ("offers_per_agent_max = 6", "workstreams[0].rules: offers_per_agent_max must be between 1 and 5."),
        (
            "still_waiting_after = \"21m\"",
            "workstreams[0].rules: still_waiting_after must be shorter than auto_close_open_after.",
        ),
        ("allowed_presences = []", "workstreams[0].rules: at least one presence must be allowed."),
        (
            "allowed_presences = [\"asleep\", \"busy\"]",
            "workstreams[0].allowed_presences: there is no presence \"asleep\".",
        ),
        (
            "allowed_presences = [\"busy\", \"offline\"]",
            "workstreams[0].allowed_presences: each element must be \"available\", \"busy\", \"do-not-disturb\", \"away\" or the \
             name of a custom presence.",
        ),
    ];
    for (line, sentence) in cases {
        let text = GOOD.replace("queue = \"support\"", &format!("queue = \"support\"\n{line}"));
        assert_eq!(read(&text).expect_err(line).to_string(), sentence, "{line}");
    }
    let cases = [
        ("disconnect_after = \"2s\"", "widgets[0].rules: disconnect_after must be between 3 seconds and 24 hours."),
        (
            "disconnect_after = 180",
            "widgets[0].disconnect_after: must be a length of time in quotes, such as \"30s\", \"3m\" or \"12h\".",
        ),
        ("color = \"red\"", "widgets[0].color: is not a known setting."),
    ];
    for (line, sentence) in cases {
        let text = format!("{GOOD}\n{line}");
        assert_eq!(read(&text).expect_err(line).to_string(), sentence, "{line}");
    }
    let origin =
        "widgets[0].sites: each element must be an origin such as \"https://shop.example.com\", without a path.";
    for (sites, sentence) in [
        ("[]", "widgets[0].sites: must name at least one site."),
        ("[\"*\"]", origin),
        ("[\"https://shop.example.com/\"]", origin),
        ("[\"https://shop.example.com; script-src *\"]", origin),
    ] {
        let text = GOOD.replace("[\"https://shop.example.com\"]", sites);
        assert_eq!(read(&text).expect_err(sites).to_string(), sentence, "{sites}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mistakes = read("[server]\nlisten = \"x\"\nport = 1\n[logs]\nlevel = 1\n[[queues]]\n").expect_err("mistakes");
    insta::assert_snapshot!(mistakes, @r#"
    server.listen: must be an address and a port, such as "127.0.0.1:8080".
    server.port: is not a known setting.
    logs.level: must be text in quotes.
    queues[0].name: is missing.
    "#);
}

#[test]
fn the_environment_beats_the_file() {
    let settings = read_with(
        GOOD,
        &[
            ("REJOIN__SERVER__LISTEN", "127.0.0.1:9"),
            ("REJOIN__SERVER__OTHER_URLS", "http://a.example, http://b.example"),
            ("REJOIN__SIGN_IN__TRIES_PER_NAME", "77"),
            ("REJOIN__WIDGETS__0__DISCONNECT_AFTER", "6s"),
            ("OTHER__SERVER__LISTEN", "ignored"),
        ],
    )
    .expect("good settings");
    assert_eq!(settings.server.listen, "127.0.0.1:9");
    assert_eq!(settings.server.other_urls, ["http://a.example", "http://b.example"]);
    assert_eq!(settings.sign_in.tries_per_name, 77);
    assert_eq!(settings.widgets[0].rules.disconnect_after, model::Millis::seconds(6));
    for (name, value, sentence) in [
        ("REJOIN__SERVER__PORT", "1", "server.port: is not a known setting."),
        ("REJOIN__SIGN_IN__TRIES_PER_NAME", "many", "sign_in.tries_per_name: must be a whole number of at least 1."),
        (
            "REJOIN__WIDGETS__7__DISCONNECT_AFTER",
            "6s",
            "REJOIN__WIDGETS__7__DISCONNECT_AFTER: does not name a setting.",
        ),
        ("REJOIN__", "x", "REJOIN__: does not name a setting."),
    ] {
        assert_eq!(read_with(GOOD, &[(name, value)]).expect_err(name).to_string(), sentence);
    }
}

/// The mistakes of a widget with these lines, without the widget's path.
fn of_widget(lines: &str) -> String {
    read(&format!("{GOOD}\n{lines}")).expect_err(lines).to_string().replace("widgets[0].", "")
}

#[test]
fn every_mistake_in_reconnect_has_its_sentence() {
    let address = "must be an http or https address of at most 2000 bytes, without a user name, a password, blanks or control \
                   characters.";
    let bad_address = |key: &str| format!("{key}: {address}");
    let cases = [
        (
            "reconnect_to_previous_agent_for = \"5m\"",
            "reconnect_time_limit: is missing; it must not be shorter than the time kept for the previous agent."
                .to_owned(),
        ),
        (
            "reconnect_to_previous_agent_for = \"5m\"\nreconnect_time_limit = \"4m\"",
            "rules: the reconnect time limit must not be shorter than the time kept for the previous agent.".to_owned(),
        ),
        (
            "reconnect_time_limit = 5",
            "reconnect_time_limit: must be a length of time in quotes, such as \"30s\", \"3m\" or \"12h\".".to_owned(),
        ),
        (
            "reconnect_to_previous_agent_for = \"-1m\"\nreconnect_time_limit = \"5m\"",
            "reconnect_to_previous_agent_for: must be a length of time in quotes, such as \"30s\", \"3m\" or \"12h\"."
                .to_owned(),
        ),
        ("portal_url = \"javascript:alert(1)\"", bad_address("portal_url")),
        ("portal_url = \"//shop.example.com/\"", bad_address("portal_url")),
        ("portal_url = \"https://mia:secret@shop.example.com/\"", bad_address("portal_url")),
        ("portal_url = \"https://shop.example.com/\\u0007\"", bad_address("portal_url")),
        ("portal_url = \"https://shop.example.com/a b\"", bad_address("portal_url")),
        ("portal_url = \"ftp://shop.example.com/\"", bad_address("portal_url")),
        ("portal_url = 1", "portal_url: must be an address in quotes.".to_owned()),
        (
            "portal_url = \"https://evil.example/\"",
            "portal_url: must be a page of one of the widget's sites.".to_owned(),
        ),
        (
            "portal_url = \"http://shop.example.com/\"",
            "portal_url: must be a page of one of the widget's sites.".to_owned(),
        ),
        (
            "portal_url = \"https://shop.example.com.evil.example/\"",
            "portal_url: must be a page of one of the widget's sites.".to_owned(),
        ),
        (
            "portal_url = \"https://shop.example.com/#top\"",
            "portal_url: must not have a fragment (#…): the link's secret goes there.".to_owned(),
        ),
        ("redirection_url = \"JavaScript:alert(1)\"", bad_address("redirection_url")),
        ("redirection_url = \"data:text/html,x\"", bad_address("redirection_url")),
        ("redirection_url = \"https://a@evil.example/\"", bad_address("redirection_url")),
        ("redirection_url = \"https:\\u000a//evil.example/\"", bad_address("redirection_url")),
        ("redirection_url = \"\"", bad_address("redirection_url")),
        ("link_in_query = \"yes\"", "link_in_query: must be true or false.".to_owned()),
        ("prompt_anonymous = 1", "prompt_anonymous: must be true or false.".to_owned()),
    ];
    for (lines, sentence) in cases {
        assert_eq!(of_widget(lines), sentence, "{lines}");
    }
    let all = "reconnect_to_previous_agent_for = \"6m\"\nreconnect_time_limit = \"5m\"\nportal_url = \"https://a.example/#x\"\n\
               redirection_url = \"javascript:x\"\nprompt_anonymous = 1\n[widgets.sign_in]\nissuer = \"\"\n";
    insta::assert_snapshot!(of_widget(all), @r"
    prompt_anonymous: must be true or false.
    portal_url: must not have a fragment (#…): the link's secret goes there.
    portal_url: must be a page of one of the widget's sites.
    redirection_url: must be an http or https address of at most 2000 bytes, without a user name, a password, blanks or control characters.
    rules: the reconnect time limit must not be shorter than the time kept for the previous agent.
    sign_in.issuer: must have 1 to 1000 characters.
    sign_in.audience: is missing.
    sign_in.keys: is missing; set either keys or jwks_url.
    ");
}

#[test]
fn every_mistake_in_a_widgets_sign_in_has_its_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let good = put("good.pem", include_str!("../../tests/shell/rsa-of-tests.public.pem"));
    let bad = put("bad.pem", "no key");
    let large = put("large.json", &" ".repeat(256 * 1024 + 1));
    let names = "issuer = \"https://id.example.com\"\naudience = \"shop\"\n";
    let cases = [
        ("sign_in = 1".to_owned(), "sign_in: must be a table.".to_owned()),
        (
            "[widgets.sign_in]".to_owned(),
            "sign_in.issuer: is missing.\nsign_in.audience: is missing.\nsign_in.keys: is missing; set either keys or jwks_url."
                .to_owned(),
        ),
        (
            format!("[widgets.sign_in]\n{names}keys = [\"{good}\"]\njwks_url = \"https://id.example.com/keys\""),
            "sign_in.jwks_url: must be left out where keys are set: keys come from one place.".to_owned(),
        ),
        (format!("[widgets.sign_in]\n{names}keys = []"), "sign_in.keys: must name at least one file.".to_owned()),
        (
            format!("[widgets.sign_in]\n{names}keys = [\"missing.pem\"]"),
            "sign_in.keys: missing.pem can't be read: No such file or directory (os error 2).".to_owned(),
        ),
        (
            format!("[widgets.sign_in]\n{names}keys = [\"{good}\", \"{bad}\", \"{large}\"]"),
            format!(
                "sign_in.keys: {bad} is neither a public key in PEM nor a JSON Web Key.\nsign_in.keys: {large} is larger than 256 \
                 KiB."
            ),
        ),
        (
            format!("[widgets.sign_in]\n{names}jwks_url = \"http://id.example.com/keys\""),
            "sign_in.jwks_url: must be an https address (http only on this machine) without a name or password.".to_owned(),
        ),
        (
            format!("[widgets.sign_in]\n{names}jwks_url = \"https://id.example.com/keys\"\nsecret = \"x\""),
            "sign_in.secret: is not a known setting.".to_owned(),
        ),
        (
            "[widgets.sign_in]\nissuer = \" \"\naudience = \"shop\"\njwks_url = \"https://id.example.com/keys\"".to_owned(),
            "sign_in.issuer: must have 1 to 1000 characters.".to_owned(),
        ),
    ];
    for (lines, sentence) in cases {
        assert_eq!(of_widget(&lines), sentence, "{lines}");
    }
    let settings = read(&format!("{GOOD}\n[widgets.sign_in]\n{names}keys = [\"{good}\"]")).expect("good settings");
    assert!(matches!(&settings.widgets[0].sign_in, Some(sign_in) if sign_in.expected.audience == "shop"));
}

#[test]
fn reconnect_is_on_where_a_time_is_set() {
    let lines = "portal_url = \"https://shop.example.com/help?a=1\"\nredirection_url = \"https://elsewhere.example/late#top\"\n\
                 link_in_query = true\nprompt_anonymous = true\n";
    let off = read(&format!("{GOOD}\n{lines}")).expect("good settings");
    assert_eq!(off.widgets[0].rules.reconnect, None, "addresses alone promise nothing");
    let on = read(&format!("{GOOD}\nreconnect_time_limit = \"30m\"\n{lines}")).expect("good settings");
    let widget = &on.widgets[0];
    let minutes = model::Millis::minutes;
    let rules = model::ReconnectRules { hold_for: model::Millis::ZERO, limit: minutes(30) };
    assert_eq!(widget.rules.reconnect, Some(rules));
    assert!(widget.rules.has_portal && widget.rules.prompts_anonymous && widget.way_back.link_in_query);
    assert_eq!(widget.way_back.redirect.as_ref().map(wire::WebUrl::as_str), Some("https://elsewhere.example/late#top"));
    let text = format!("{GOOD}\nreconnect_to_previous_agent_for = \"30m\"\nreconnect_time_limit = \"30m\"");
    let rules = model::ReconnectRules { hold_for: minutes(30), limit: minutes(30) };
    assert_eq!(read(&text).expect("the limit may be the hold").widgets[0].rules.reconnect, Some(rules));
}

#[test]
fn the_admin_api_reads_and_writes_the_files_keys() {
    let text = format!(
        "{GOOD}\nreconnect_to_previous_agent_for = \"90s\"\nreconnect_time_limit = \"1h\"\n\
         portal_url = \"https://shop.example.com/help\"\nredirection_url = \"https://late.example/\"\nprompt_anonymous = true"
    );
    let (plain, declared) = (read(GOOD).expect("good settings"), read(&text).expect("good settings"));
    let (plain, declared) = (&plain.widgets[0], &declared.widgets[0]);
    assert!(declared.declares_reconnect && !plain.declares_reconnect);
    let document = declared.reconnect_document();
    let expected = serde_json::json!({
        "reconnect_to_previous_agent_for": "90s",
        "reconnect_time_limit": "1h",
        "portal_url": "https://shop.example.com/help",
        "redirection_url": "https://late.example/",
        "prompt_anonymous": true,
        "link_in_query": false,
    });
    assert_eq!(Some(&document), expected.as_object());
    let set = plain.with_reconnect(&document).expect("a good document");
    assert_eq!((&set.rules, &set.way_back), (&declared.rules, &declared.way_back));
    assert_eq!(set.with_reconnect(&plain.reconnect_document()).as_ref(), Ok(plain), "and back");
    let bad = serde_json::json!({
        "reconnect_to_previous_agent_for": "2h",
        "reconnect_time_limit": "1h",
        "portal_url": "https://evil.example/",
        "redirection_url": "javascript:alert(1)",
        "prompt_anonymous": "maybe",
        "link_in_query": [{}],
        "disconnect_after": "1s",
    });
    let mistakes = plain.with_reconnect(bad.as_object().expect("an object")).expect_err("mistakes");
    insta::assert_snapshot!(mistakes, @r"
    prompt_anonymous: must be true or false.
    portal_url: must be a page of one of the widget's sites.
    redirection_url: must be an http or https address of at most 2000 bytes, without a user name, a password, blanks or control characters.
    link_in_query: must be true or false.
    rules: the reconnect time limit must not be shorter than the time kept for the previous agent.
    disconnect_after: is not a known setting.
    ");
}

#[test]
fn routing_rules_are_read_in_order() {
    use model::{Condition, ContextValue, Number, RoutingRule, Share, Test};

    use super::{queue_id, widget_id};
    let rules = r#"
        [[workstreams.routing]]
        when = [{ variable = "plan", is = "gold" }, { variable = "orders", above = 9.5 }, { signed_in = true }]
        to = ["support"]
        [[workstreams.routing]]
        when = [{ variable = "plan", exists = false }, { language = "de" }, { widgets = ["shop"] }]
        to = ["support 70%", "sales 30%"]
    "#;
    let text = GOOD.replace("    [[widgets]]", &format!("{rules}\n[[widgets]]"));
    let settings = read(&format!("{text}\n[[queues]]\nname = \"sales\"")).expect("good settings");
    let name = |text: &str| text.parse().expect("a name");
    let (support, sales, shop) = (queue_id(&name("support")), queue_id(&name("sales")), widget_id(&name("shop")));
    let variable = |name: &str, test| Condition::Variable(name.to_owned(), test);
    let first = RoutingRule {
        all: vec![
            variable("plan", Test::Is(ContextValue::Text("gold".to_owned()))),
            variable("orders", Test::IsAbove(Number::new(9.5).expect("a number"))),
            Condition::SignedIn(true),
        ],
        to: vec![Share { queue: support, percent: 100 }],
    };
    let second = RoutingRule {
        all: vec![
            variable("plan", Test::IsMissing),
            Condition::Language("de".to_owned()),
            Condition::Widget(vec![shop]),
        ],
        to: vec![Share { queue: support, percent: 70 }, Share { queue: sales, percent: 30 }],
    };
    assert_eq!(settings.workstreams[0].routing.rules, [first, second]);
}

#[test]
fn automated_messages_are_set_by_language_and_widget() {
    let good = "[[messages]]\ntrigger = \"agent-joined\"\nlanguage = \"pt-BR\"\nwidget = \"shop\"\ntext = \"{AgentName}!\"\n\
                [[messages]]\ntrigger = \"agent-joined\"\nlanguage = \"pt-BR\"\non = false\n";
    let read_messages = |text: &str| read(&format!("{GOOD}\n{text}"));
    let messages = read_messages(good).expect("good settings").messages;
    let told: Vec<_> =
        messages.iter().map(|message| (message.key.to_string(), message.text.clone(), message.on)).collect();
    assert_eq!(
        told,
        [
            ("agent-joined/pt-br/shop".to_owned(), Some("{AgentName}!".to_owned()), None),
            ("agent-joined/pt-br".to_owned(), None, Some(false)),
        ]
    );
    let cases = [
        ("", "messages[0].trigger: is missing.\nmessages[0].language: is missing."),
        (
            "trigger = \"agent-flew\"\nlanguage = \"english\"\ntext = \"x\"",
            "messages[0].trigger: must be the code of an automated message, such as \"agent-joined\".\n\
             messages[0].language: must be a language tag such as \"de\" or \"pt-BR\".",
        ),
        (
            "trigger = \"agent-left\"\nlanguage = \"en\"",
            "messages[0].text: is missing; a message has a text, says whether it is on, or both.",
        ),
        (
            "trigger = \"agent-left\"\nlanguage = \"en\"\ntext = \"{Hours}\"\nwidget = \"none\"",
            "messages[0].text: must not have {Hours}: here are {AgentName}, {QueueName} and context variables such as {$plan$}.\n\
             messages[0].widget: there is no widget \"none\".",
        ),
        (
            "trigger = \"monitoring-notice\"\nlanguage = \"en\"\non = true",
            "messages[0].on: can't be set here: the widget's monitoring_notice switches it on.",
        ),
        (
            "trigger = \"holiday\"\nlanguage = \"en\"\non = true\n[[messages]]\ntrigger = \"holiday\"\nlanguage = \"en\"\non = true",
            "messages[1]: is set twice for this language and widget.",
        ),
    ];
    for (text, mistakes) in cases {
        let found = read_messages(&format!("[[messages]]\n{text}")).expect_err(text).to_string();
        assert_eq!(found, mistakes, "{text}");
    }
}

#[test]
fn custom_presences_have_a_title_and_a_base_and_may_be_asked_for() {
    use model::Presence;

    let text = GOOD.replace(
        "queue = \"support\"",
        "queue = \"support\"\nallowed_presences = [\"training\"]\nprevious_agent_first = false",
    );
    let made = "[[presences]]\nname = \"training\"\ntitle = \"In training\"\nbase = \"away\"\n";
    let settings = read(&format!("{made}{text}")).expect("good settings");
    let id = super::presence_id(&settings.presences[0].name);
    assert_eq!(settings.presences[0].base, Presence::Away);
    let distribution = &settings.workstreams[0].distribution;
    assert_eq!((distribution.presences.as_slice(), distribution.previous_agent_first), (&[id][..], false));
    assert!(settings.workstreams[0].rules.allowed_presences.is_empty(), "only the custom one is asked for");
    for (line, sentence) in [
        (
            "name = \"away\"\ntitle = \"A\"\nbase = \"away\"",
            "presences[0].name: is that of a presence that there is anyway.",
        ),
        ("name = \"a\"\ntitle = \" \"\nbase = \"away\"", "presences[0].title: must have 1 to 100 characters."),
        (
            "name = \"a\"\ntitle = \"A\"\nbase = \"inactive\"",
            "presences[0].base: must be \"available\", \"busy\", \"do-not-disturb\", \"away\" or \"offline\".",
        ),
        ("name = \"a\"\nbase = \"away\"", "presences[0].title: is missing."),
    ] {
        let text = format!("[[presences]]\n{line}\n{GOOD}");
        assert_eq!(read(&text).expect_err(line).to_string(), sentence, "{line}");
    }
}

const SURVEY: &str = r#"
    [[widgets.pre_chat]]
    name = "Email"
    text = "Where can we write to you?"
    texts = { de = "Wohin dürfen wir schreiben?", "pt-BR" = "Para onde?" }
    kind = "line"
    autocomplete = "email"
    [[widgets.pre_chat]]
    name = "topic"
    text = "What is it about?"
    kind = "choice"
    options = ["Order", "Return"]
    required = true
    [[widgets.pre_chat]]
    name = "consent"
    text = "I agree to the [terms](https://shop.example.com/terms)."
    kind = "consent"
"#;

#[test]
fn a_survey_is_read_in_order() {
    let settings = read(&format!("{GOOD}{SURVEY}")).expect("good settings");
    let questions = settings.widgets[0].pre_chat.questions();
    let names: Vec<_> = questions.iter().map(|one| (one.name.as_str(), one.required)).collect();
    assert_eq!(names, [("Email", false), ("topic", true), ("consent", true)]);
    let email = &questions[0];
    assert_eq!(email.text_in(Some("de-AT")), "Wohin dürfen wir schreiben?");
    assert_eq!(email.text_in(Some("PT-br")), "Para onde?");
    assert_eq!(email.text_in(Some("fr")), "Where can we write to you?");
}

#[test]
fn every_mistake_in_a_survey_has_its_sentence() {
    let of = |questions: &str| {
        let mistakes = read(&format!("{GOOD}{questions}")).expect_err(questions).to_string();
        mistakes.replace("widgets[0].pre_chat", "")
    };
    let one = |lines: &str| of(&format!("[[widgets.pre_chat]]\nname = \"a\"\ntext = \"What?\"\n{lines}"));
    let cases = [
        ("", "[0].kind: is missing."),
        ("kind = \"stars\"", "[0].kind: must be \"line\", \"lines\", \"choice\" or \"consent\"."),
        ("kind = \"choice\"", "[0].options: is missing."),
        ("kind = \"choice\"\noptions = []", "[0].options: must be 1 to 50 options."),
        ("kind = \"choice\"\noptions = [\"x\", \"x\"]", "[0].options: \"x\" is there twice."),
        ("kind = \"choice\"\noptions = [\" \"]", "[0].options: each must have 1 to 100 characters on one line."),
        ("kind = \"lines\"\noptions = [\"x\"]", "[0].options: says nothing but of kind \"choice\"."),
        ("kind = \"lines\"\nautocomplete = \"tel\"", "[0].autocomplete: says nothing but of kind \"line\"."),
        ("kind = \"line\"\nautocomplete = \"url\"", "[0].autocomplete: must be \"name\", \"email\" or \"tel\"."),
        ("kind = \"consent\"\nrequired = false", "[0].required: must be true of a question for consent."),
        ("kind = \"line\"\nrequired = 1", "[0].required: must be true or false."),
        ("kind = \"line\"\ntexts = \"x\"", "[0].texts: must be a table."),
        ("kind = \"line\"\ntexts = { de = 1 }", "[0].texts.de: must be text in quotes."),
        ("kind = \"line\"\ntexts = { D = \"x\" }", "[0].texts.D: must be a language tag such as \"de\" or \"pt-BR\"."),
        ("kind = \"line\"\ntexts = { de = \"\" }", "[0].texts: \"de\" must have 1 to 512 characters on one line."),
        ("kind = \"line\"\nhint = \"x\"", "[0].hint: is not a known setting."),
    ];
    for (lines, sentence) in cases {
        assert_eq!(one(lines), sentence, "{lines}");
    }
    let question = |name: &str, text: &str| {
        format!("[[widgets.pre_chat]]\nname = \"{name}\"\ntext = \"{text}\"\nkind = \"line\"\n")
    };
    let link = "may hold one link, \"[words](https://…)\", in a question for consent only.";
    assert_eq!(of(&question("a", "[x](https://a.example)")), format!("[0].text: {link}"));
    assert_eq!(of(&question("", "x")), "[0].name: must have 1 to 100 characters and no control characters.");
    // The number is the one in the file, whatever else is wrong.
    let broken = "[[widgets.pre_chat]]\nname = \"b\"\n";
    insta::assert_snapshot!(of(&format!("{broken}{}{}", question("a", "x"), question("a", ""))), @r#"
    [0].text: is missing.
    [0].kind: is missing.
    [2].text: must have 1 to 512 characters on one line.
    [2].name: is that of another question, too.
    "#);
    let many: String = (0..11).map(|number| question(&format!("q{number}"), "x")).collect();
    assert_eq!(of(&many), ": must be at most 10 questions.");
}
