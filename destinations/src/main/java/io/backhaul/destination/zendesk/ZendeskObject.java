/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An object of Zendesk's.
 *
 * @param kind which of them
 * @param key of a custom object its key, or {@code null}
 */
record ZendeskObject(Kind kind, String key) {

  /** What differs between Zendesk's objects, as data. */
  enum Kind {
    USERS("user", Set.of(Op.UPSERT, Op.INSERT, Op.UPDATE, Op.DELETE), true, "user_fields"),
    ORGANIZATIONS(
        "organization",
        Set.of(Op.UPSERT, Op.INSERT, Op.UPDATE, Op.DELETE),
        true,
        "organization_fields"),
    TICKETS("ticket", Set.of(Op.INSERT, Op.UPDATE, Op.DELETE), false, "custom_fields"),
    CUSTOM(
        "custom_object_record",
        Set.of(Op.UPSERT, Op.INSERT, Op.UPDATE, Op.DELETE),
        true,
        "custom_object_fields");

    private final String singular;
    private final Set<Op> ops;
    private final boolean byExternalId;
    private final String group;

    Kind(String singular, Set<Op> ops, boolean byExternalId, String group) {
      this.singular = singular;
      this.ops = Set.copyOf(ops);
      this.byExternalId = byExternalId;
      this.group = group;
    }

    /** Under what name one record travels alone. */
    String singular() {
      return singular;
    }

    /** Under what name several travel. */
    String plural() {
      return singular + "s";
    }

    Set<Op> ops() {
      return ops;
    }

    /** Whether Zendesk finds a record by an id of ours. */
    boolean byExternalId() {
      return byExternalId;
    }

    /** The object in a record that holds the fields an account has added. */
    String group() {
      return group;
    }
  }

  private static final Pattern CUSTOM = Pattern.compile("custom_objects/([A-Za-z0-9_-]{1,80})");

  /**
   * The object of that name.
   *
   * @throws DestinationException (refused) if Zendesk has none
   */
  static ZendeskObject of(String name) {
    Matcher custom = CUSTOM.matcher(name);
    if (custom.matches()) {
      return new ZendeskObject(Kind.CUSTOM, custom.group(1));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.CUSTOM && kind.plural().equals(name.toLowerCase(Locale.ROOT))) {
        return new ZendeskObject(kind, null);
      }
    }
    throw DestinationException.refused(
        "OBJECT_UNKNOWN",
        0,
        "'"
            + name
            + "' is no object of Zendesk: users, organizations, tickets, custom_objects/<key>");
  }

  /**
   * Passes an operation that Zendesk has for it.
   *
   * @throws DestinationException (refused) if it has not
   */
  void admit(Op op) {
    if (!kind.ops().contains(op)) {
      String offered =
          new TreeSet<>(kind.ops()).stream().map(Op::wireName).collect(Collectors.joining(", "));
      throw DestinationException.refused(
          "OP_NOT_OFFERED",
          0,
          "Zendesk has no " + op.wireName() + " of " + kind.plural() + ", only " + offered);
    }
  }

  /** Where its bulk calls go. */
  String path() {
    return "/api/v2/" + (kind == Kind.CUSTOM ? "custom_objects/" + key : kind.plural());
  }
}
