/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Lookup;
import io.backhaul.diff.mapping.OnMissing;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookupSpecTest {

  @TempDir Path parent;

  private static String looksUp(String lookup) {
    return Conf.CONTACTS.replace("{value: warehouse}", "{lookup: " + lookup + "}");
  }

  private static String accounts(String key) {
    return Conf.CONTACTS.replace("[customer_id]", key);
  }

  @Test
  void eachPartOfAKeyGoesWithTheOtherSyncsColumnInItsOrder() {
    Conf conf =
        new Conf(parent)
            .write("syncs/acme/accounts.yaml", accounts("[shop, nr]"))
            .write(
                "syncs/acme/contacts.yaml",
                looksUp(
                    "{sync: accounts, key: [shop, {expr: abs(account_nr)}], on_missing:"
                        + " dead_letter}"));

    assertThat(conf.sync("contacts").mapping().fields())
        .contains(
            new FieldMapping.FromLookup(
                "origin",
                new Lookup(
                    "accounts",
                    List.of(
                        new Lookup.Part("shop", "shop", false),
                        new Lookup.Part("nr", "abs(account_nr)", true)),
                    OnMissing.DEAD_LETTER)));
    assertThat(conf.sync("contacts").mapping().lookedUp()).containsExactly("accounts");
  }

  @Test
  void allThatIsWrongWithLookupsIsToldAtOnce() {
    Conf conf =
        new Conf(parent)
            .withAccounts()
            .write(
                "syncs/acme/contacts.yaml",
                """
                source: {type: delta, path: ./warehouse/customers}
                key: [customer_id]
                destination: crm
                object: contacts
                mapping:
                  a: {lookup: {sync: acounts, key: x}}
                  b: {lookup: {sync: accounts, key: [x, y]}}
                  c: {lookup: {sync: contacts, key: {expr: "x +"}}}
                  d: {lookup: {sync: accounts, key: x, on_missing: wait}}
                """);

    assertThat(conf.problems())
        .extracting(problem -> problem.line() + " " + problem.path() + " " + problem.suggestion())
        .containsExactly(
            "6 mapping.a.lookup.sync accounts",
            "7 mapping.b.lookup.key null",
            "8 mapping.c.lookup.sync null",
            "8 mapping.c.lookup.key.expr null",
            "9 mapping.d.lookup.on_missing null");
  }

  @Test
  void lookupsInACircleAreNamedWhicheverFileIsRead() {
    Conf conf =
        new Conf(parent)
            .write("syncs/acme/accounts.yaml", looksUp("{sync: deals, key: x}"))
            .write("syncs/acme/contacts.yaml", looksUp("{sync: accounts, key: x}"))
            .write("syncs/acme/deals.yaml", looksUp("{sync: contacts, key: x}"))
            .write("syncs/acme/visits.yaml", looksUp("{sync: deals, key: x}"));

    assertThat(conf.problems())
        .extracting(problem -> Path.of(problem.file()).getFileName() + " " + problem.message())
        .containsExactly(
            "accounts.yaml is a circle: accounts looks up deals looks up contacts looks up"
                + " accounts; leave one of the lookups out",
            "contacts.yaml is a circle: contacts looks up accounts looks up deals looks up"
                + " contacts; leave one of the lookups out",
            "deals.yaml is a circle: deals looks up contacts looks up accounts looks up deals;"
                + " leave one of the lookups out");
  }

  @Test
  void aSyncWithoutRecordsOrWithABrokenFileIsNotLookedUp() {
    Conf conf =
        new Conf(parent)
            .write(
                "syncs/acme/accounts.yaml", Conf.CONTACTS.replace("mode: upsert", "mode: delete"))
            .write("syncs/acme/contacts.yaml", looksUp("{sync: accounts, key: x}"));

    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("contacts.yaml:10:27 mapping.origin.lookup.sync: accounts has mode delete");

    conf.write("syncs/acme/accounts.yaml", "source: {");
    assertThat(conf.problems())
        .anySatisfy(
            problem ->
                assertThat(problem.message())
                    .isEqualTo(
                        "the file of accounts is not right; backhaul validate accounts says"
                            + " why"));
  }

  @Test
  void aScheduleThatDoesNotFollowTheOtherSyncIsWorthAWarning() {
    Conf conf = new Conf(parent).withAccounts();
    String lookup = looksUp("{sync: accounts, key: x}");

    conf.write("syncs/acme/contacts.yaml", lookup + "schedule: {every: 5m}\n");
    assertThat(conf.sync("contacts").lookedUpTooEarly()).get().asString().contains("accounts");
    conf.write("syncs/acme/contacts.yaml", lookup + "schedule: {after: [accounts]}\n");
    assertThat(conf.sync("contacts").lookedUpTooEarly()).isEmpty();
    conf.write("syncs/acme/contacts.yaml", lookup);
    assertThat(conf.sync("contacts").lookedUpTooEarly()).isEmpty();
  }
}
