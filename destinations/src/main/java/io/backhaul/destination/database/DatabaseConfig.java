/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Load;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.AddressGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A destination file of type {@code postgres} or {@code jdbc}, read.
 *
 * @param password or {@code null}
 * @param keys per table the columns that identify a row
 * @param anyKey the same for every other table; empty where the record's own key columns do
 * @param form how an upsert is worded, or {@code null} to ask the database
 */
record DatabaseConfig(
    JdbcUrl url,
    String user,
    String password,
    Map<String, List<String>> keys,
    List<String> anyKey,
    Duration timeout,
    Load load,
    boolean allowPrivateNetworks,
    UpsertForm form) {

  static final int MOST_RECORDS = 100_000;
  private static final Load LOAD = new Load(5_000, 16 << 20, 100, 4);

  DatabaseConfig {
    keys = Map.copyOf(keys);
    anyKey = List.copyOf(anyKey);
  }

  static Shape.Obj shape(Key... own) {
    Shape columns = new Shape.ListOf(Shape.text());
    List<Key> all = new ArrayList<>();
    all.add(
        Key.required(
            "url",
            Shape.text(),
            "Where the database is, for example jdbc:postgresql://host:5432/database."));
    all.add(Key.optional("user", Shape.text(), "Who connects; must own no more than it writes."));
    all.add(Key.optional("password", Shape.secret(), "The user's password."));
    all.add(
        Key.optional(
            "key",
            new Shape.AnyOf(List.of(new Shape.MapOf(columns), columns)),
            "Columns that identify a row: one list for all tables, or one for each. If left out,"
                + " columns of the names of the sync's own key."));
    all.add(
        Key.optional("timeout", new Shape.Span(), "30s", "Longest time that one statement takes."));
    all.addAll(LOAD.keys(MOST_RECORDS));
    all.add(
        Key.optional(
            "allow_insecure",
            new Shape.Flag(),
            "false",
            "Whether rows may travel to another machine unencrypted, or to one whose certificate is"
                + " not checked."));
    all.add(
        Key.optional(
            "allow_private_networks",
            new Shape.Flag(),
            "false",
            "Whether the database may be in a private network, or a name other than localhost lead"
                + " to this machine. Link-local and metadata addresses are refused always."));
    all.addAll(List.of(own));
    return new Shape.Obj(all);
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if the url may not be used
   */
  static DatabaseConfig read(ObjectNode properties) {
    boolean allowPrivate = properties.path("allow_private_networks").asBoolean(false);
    JdbcUrl url = JdbcUrl.of(properties.path("url").asText(""));
    url.check(new AddressGuard(true, allowPrivate));
    String mode = url.option("sslmode");
    boolean careless = mode != null && !mode.startsWith("verify-");
    if (careless && !url.local() && !properties.path("allow_insecure").asBoolean(false)) {
      throw DestinationException.refused(
          "ADDRESS_REFUSED",
          0,
          "sslmode="
              + mode
              + " would show rows to whoever answers in the database's name: leave it out, or say"
              + " allow_insecure: true");
    }
    JsonNode key = properties.path("key");
    Map<String, List<String>> keys = new HashMap<>();
    if (key.isObject()) {
      key.fields().forEachRemaining(each -> keys.put(each.getKey(), texts(each.getValue())));
    }
    String form = properties.path("upsert").asText("auto");
    return new DatabaseConfig(
        url,
        properties.path("user").asText(null),
        properties.path("password").asText(null),
        keys,
        key.isArray() ? texts(key) : List.of(),
        Duration.ofMillis(properties.path("timeout").asLong(30_000)),
        LOAD.read(properties),
        allowPrivate,
        form.equals("auto") ? null : UpsertForm.ofWord(form));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /** The columns that identify a row of a table; empty where the record's own key columns do. */
  List<String> key(String object) {
    return keys.getOrDefault(object, anyKey);
  }

  Capabilities capabilities() {
    Set<String> identity = new HashSet<>(anyKey);
    keys.values().forEach(identity::addAll);
    return new Capabilities(
        EnumSet.allOf(Op.class),
        load.records(),
        load.bytes(),
        load.perSecond(),
        load.concurrency(),
        false,
        identity);
  }

  AddressGuard guard() {
    return new AddressGuard(true, allowPrivateNetworks);
  }

  /** Neither address nor secrets. */
  @Override
  public String toString() {
    return "DatabaseConfig[" + url + "]";
  }
}
