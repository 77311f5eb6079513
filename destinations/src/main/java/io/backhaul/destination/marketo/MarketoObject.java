/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kind of object: how its records are worded, and by what its answers name them. */
sealed interface MarketoObject permits Leads, StaticList, CustomObject {

  /** {@code leads}, {@code lists/1001}, {@code customobjects/car_c}. */
  Pattern NAME = Pattern.compile("(leads)|lists/([0-9]{1,18})|customobjects/([A-Za-z0-9_]{1,80})");

  /**
   * One record's part of a call.
   *
   * @param head what the call says of all its records
   * @param input the record itself
   * @param identity equal for records that Marketo takes for the same one
   * @param id Marketo's id if the call names the record by it, else {@code null}
   */
  record Worded(ObjectNode head, ObjectNode input, String identity, String id) {}

  /**
   * The object of that name.
   *
   * @throws DestinationException (refused) if there is none
   */
  static MarketoObject named(String name, MarketoConfig config) {
    Matcher match = NAME.matcher(name);
    if (!match.matches()) {
      throw DestinationException.refused(
          "OBJECT_UNKNOWN",
          0,
          "'" + name + "' is no object of Marketo: leads, lists/<id> and customobjects/<api name>");
    }
    if (match.group(1) != null) {
      return new Leads(config.lookupField(), config.partition());
    }
    if (match.group(2) != null) {
      return new StaticList(match.group(2));
    }
    String api = match.group(3);
    return new CustomObject(api, config.dedupeFields().getOrDefault(api, List.of()));
  }

  /** What can be done with its records. */
  Set<Op> ops();

  /** Words one record. */
  Worded word(Op op, ChangeFields record) throws Unsendable;

  /** The call that carries records of the same {@code head}. */
  HttpCall call(HttpSettings http, Op op, ObjectNode head, List<Sent> sent);

  /** What results call Marketo's id of a record. */
  String idField();

  /** Where its fields are asked for. */
  String describedAt();

  /** Reads the answer from there. */
  ObjectSchema schema(String name, JsonNode answer);
}
