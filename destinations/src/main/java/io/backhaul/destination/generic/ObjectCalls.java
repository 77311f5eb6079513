/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The calls of one object. Immutable.
 *
 * @param name as the file writes it, parts in angle brackets standing for any segment
 * @param pattern what a name of the object matches
 * @param identifying names of fields that identify a record
 * @param calls operations by wire name, and steps
 * @param schema how its fields are asked for, or {@code null}
 * @param note a sentence for the reader
 */
record ObjectCalls(
    String name,
    Pattern pattern,
    List<String> identifying,
    boolean ignoreCase,
    Map<String, CallSpec> calls,
    SchemaSpec schema,
    String note) {

  private static final Pattern PART = Pattern.compile("<([a-z][a-z0-9_]*)>");

  ObjectCalls {
    identifying = List.copyOf(identifying);
    calls = Map.copyOf(calls);
  }

  static ObjectCalls read(String name, JsonNode object, FailureRules file) {
    String where = "calls." + name;
    Map<String, JsonNode> written = new LinkedHashMap<>();
    for (Op op : Op.values()) {
      if (object.has(op.wireName())) {
        written.put(op.wireName(), object.get(op.wireName()));
      }
    }
    object
        .path("steps")
        .fields()
        .forEachRemaining(
            each -> {
              if (written.put(each.getKey(), each.getValue()) != null) {
                throw refused(where, "the step " + each.getKey() + " has an operation's name");
              }
            });
    Map<String, CallSpec> calls = new LinkedHashMap<>();
    written.forEach(
        (call, keys) ->
            calls.put(
                call,
                CallSpec.read(
                    where + "." + call,
                    call,
                    whole(where, keys, written, new HashSet<>(Set.of(call))),
                    file)));
    calls.values().forEach(call -> checkTurns(where, call, calls));
    List<String> identifying = new ArrayList<>();
    object.path("identity").forEach(field -> identifying.add(field.asText()));
    return new ObjectCalls(
        name,
        pattern(name),
        identifying,
        object.path("ignore_case").asBoolean(false),
        calls,
        object.has("schema")
            ? SchemaSpec.read(where + ".schema", object.get("schema"), file)
            : null,
        object.path("note").asText(""));
  }

  /** The keys of a call with those of the one it is like. */
  private static JsonNode whole(
      String where, JsonNode keys, Map<String, JsonNode> calls, Set<String> seen) {
    String like = keys.path("like").asText("");
    if (like.isEmpty()) {
      return keys;
    }
    if (!calls.containsKey(like) || !seen.add(like)) {
      throw refused(where, "like: " + like + " names no other call of the object");
    }
    ObjectNode merged = whole(where, calls.get(like), calls, seen).deepCopy();
    merged.setAll((ObjectNode) keys);
    return merged;
  }

  private static void checkTurns(String where, CallSpec call, Map<String, CallSpec> calls) {
    List<String> turns = new ArrayList<>();
    call.route().forEach(turn -> turns.add(turn.call()));
    call.fallback().forEach(turn -> turns.add(turn.call()));
    if (call.then() != null) {
      turns.add(call.then());
    }
    for (String turn : turns) {
      if (!calls.containsKey(turn) || !calls.get(turn).one()) {
        throw refused(
            where + "." + call.name(), turn + " names no call of the object with records: one");
      }
    }
  }

  private static DestinationException refused(String where, String message) {
    return DestinationException.refused("CALL_REFUSED", 0, where + ": " + message);
  }

  private static Pattern pattern(String name) {
    StringBuilder regex = new StringBuilder();
    Matcher part = PART.matcher(name);
    int at = 0;
    while (part.find()) {
      regex.append(Pattern.quote(name.substring(at, part.start())));
      regex.append("([^/]+)");
      at = part.end();
    }
    return Pattern.compile(regex.append(Pattern.quote(name.substring(at))).toString());
  }

  /** Whether its name holds a part that stands for any segment. */
  boolean isPattern() {
    return PART.matcher(name).find();
  }

  /** What the parts of its name stand for in {@code object}. */
  Map<String, String> parts(String object) {
    Matcher matcher = pattern.matcher(object);
    Map<String, String> parts = new LinkedHashMap<>();
    Matcher part = PART.matcher(name);
    if (matcher.matches()) {
      for (int i = 1; i <= matcher.groupCount() && part.find(); i++) {
        parts.put(part.group(1), matcher.group(i));
      }
    }
    return parts;
  }

  /** The operations it offers. */
  Set<Op> ops() {
    Set<Op> ops = EnumSet.noneOf(Op.class);
    for (Op op : Op.values()) {
      if (calls.containsKey(op.wireName())) {
        ops.add(op);
      }
    }
    return ops;
  }

  /**
   * The call of an operation.
   *
   * @throws DestinationException (refused) if it is not offered
   */
  CallSpec call(Op op) {
    CallSpec call = calls.get(op.wireName());
    if (call == null) {
      throw DestinationException.refused(
          "OP_NOT_OFFERED",
          0,
          "'"
              + name
              + "' does not offer "
              + op.wireName()
              + ", only "
              + String.join(", ", words()));
    }
    return call;
  }

  private List<String> words() {
    return ops().stream().map(Op::wireName).sorted().toList();
  }
}
