/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.ObjectSchema.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCheckTest {

  private static final Field EMAIL = field("email", true, true, 0);
  private static final Field FULL_NAME = field("full_name", false, true, 100);
  private static final Field ORIGIN =
      new Field("origin", "enumeration", false, true, 0, List.of("warehouse", "website"));

  @TempDir Path parent;

  @Test
  void aSyncThatFitsHasNoProblem() {
    assertThat(check(Conf.CONTACTS, EMAIL, FULL_NAME, ORIGIN)).isEmpty();
  }

  @Test
  void anObjectOfWhichNothingIsKnownTakesEveryField() {
    SyncSpec sync = new Conf(parent).sync("contacts");

    assertThat(SchemaCheck.check(sync, ObjectSchema.open("contacts"))).isEmpty();
  }

  @Tag("fault-40")
  @Test
  void aFieldThatDoesNotExistIsAnsweredWithTheNearest() {
    assertThat(check(Conf.CONTACTS, field("e_mail", false, true, 0), FULL_NAME, ORIGIN))
        .containsExactly(
            "8:10 mapping.email: contacts has no field email; did you mean \"e_mail\"?");
  }

  @Tag("fault-40")
  @Test
  void aRequiredFieldMustBeMappedWhereRecordsAreCreated() {
    Field owner = field("owner", true, true, 0);

    assertThat(check(Conf.CONTACTS, EMAIL, FULL_NAME, ORIGIN, owner))
        .containsExactly("8:3 mapping: contacts needs the field owner, which is not mapped");
    assertThat(check(Conf.CONTACTS.replace("upsert", "update"), EMAIL, FULL_NAME, ORIGIN, owner))
        .isEmpty();
  }

  @Tag("fault-40")
  @Test
  void aReadOnlyFieldCannotBeMapped() {
    assertThat(check(Conf.CONTACTS, field("email", false, false, 0), FULL_NAME, ORIGIN))
        .containsExactly("8:10 mapping.email: the field email is read-only at the destination");
  }

  @Test
  void aRuleThatLetsTooMuchPassIsAProblem() {
    assertThat(check(Conf.CONTACTS, EMAIL, field("full_name", false, true, 40), ORIGIN))
        .containsExactly(
            "13:14 validate.full_name: lets 80 characters pass, the destination takes 40");
  }

  @Test
  void constantsAndListedValuesMustStandInThePicklist() {
    String text =
        Conf.CONTACTS
            .replace("value: warehouse", "value: warehose")
            .replace("{max_length: 80}", "{max_length: 80}\n  origin: {enum: [website, fax]}");

    assertThat(check(text, EMAIL, FULL_NAME, ORIGIN))
        .containsExactly(
            "10:11 mapping.origin: is not a value that the destination lists for origin; did you"
                + " mean \"warehouse\"?",
            "14:11 validate.origin: is not a value that the destination lists for origin");
  }

  private List<String> check(String text, Field... fields) {
    Conf conf = new Conf(parent).write("syncs/acme/contacts.yaml", text);
    ObjectSchema schema = new ObjectSchema("contacts", true, List.of(fields), Set.of("email"));
    return SchemaCheck.check(conf.sync("contacts"), schema).stream()
        .map(problem -> problem.toString().replaceFirst(".*contacts\\.yaml:", ""))
        .toList();
  }

  private static Field field(String name, boolean required, boolean writable, int maxLength) {
    return new Field(name, "string", required, writable, maxLength, List.of());
  }
}
