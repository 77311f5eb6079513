/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A connector that is a file: a vendor's API, and what is asked of those who use it. Immutable.
 *
 * @param api the keys of {@link CallKeys}, canonical
 * @param objects the same, compiled
 */
record Definition(
    String type,
    String title,
    String deletes,
    String nulls,
    ObjectNode api,
    Calls objects,
    HttpKeys http,
    AcceptedAuth auth,
    List<Parameter> parameters,
    ObjectNode samples) {

  private static final double RATE = 10;

  Definition {
    parameters = List.copyOf(parameters);
  }

  private static Shape.Obj shape() {
    List<Key> keys =
        new ArrayList<>(
            List.of(
                Key.required(
                    "type",
                    new Shape.Pattern("[a-z][a-z0-9-]*", "a word in small letters"),
                    "The value of type in the files of its users."),
                Key.required("title", Shape.text(), "The vendor's name."),
                Key.optional("deletes", Shape.text(), "What a delete does."),
                Key.optional("nulls", Shape.text(), "What a null does to a field."),
                Key.optional("url", new Shape.Url(), "The vendor's address."),
                Key.optional(
                    "token_path", Shape.text(), "Where the vendor gives OAuth 2.0 tokens."),
                Key.optional(
                    "auth",
                    new Shape.MapOf(new Shape.MapOf(Shape.text())),
                    "The types of auth the vendor takes, with its own values for their keys."),
                Key.optional(
                    "batch",
                    Shape.obj(
                        Key.optional(
                            "max_records", new Shape.Whole(1, 100_000), "Most records in a call."),
                        Key.optional("max_bytes", new Shape.Size(), "1MB", "Most bytes.")),
                    "What the vendor takes in one request."),
                Key.optional(
                    "rate",
                    Shape.obj(
                        Key.optional(
                            "requests_per_second",
                            new Shape.Decimal(0.001, 100_000),
                            "Most requests a second."),
                        Key.optional(
                            "concurrency", new Shape.Whole(1, 1_000), "Most requests in flight.")),
                    "What the vendor allows one account."),
                Key.optional(
                    "parameters",
                    new Shape.MapOf(Parameter.keys()),
                    "Keys of its users' files, for $params."),
                Key.optional(
                    "sample", new Shape.MapOf(new Shape.Scalar()), "Made-up values for keys."),
                Key.optional(
                    "signing",
                    CallKeys.signing(
                        Key.required("parameter", Shape.text(), "The parameter that is secret.")),
                    "A header that holds a keyed hash of each request.")));
    keys.addAll(CallKeys.keys());
    return new Shape.Obj(keys);
  }

  /**
   * Reads a definition and compiles it.
   *
   * @throws IllegalArgumentException if it is none, saying what is wrong
   */
  static Definition read(String name, String text) {
    ObjectNode keys = (ObjectNode) ShapeCheck.canonical(name, shape(), YamlTree.read(name, text));
    if (!keys.has("calls")) {
      throw new IllegalArgumentException(name + ".calls is missing");
    }
    Calls calls;
    try {
      calls = Calls.read(keys.get("calls"), FailureRules.ofFile(keys));
    } catch (DestinationException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    JsonNode batch = keys.path("batch");
    JsonNode rate = keys.path("rate");
    int most = batch.path("max_records").asInt(most(calls));
    List<Parameter> parameters = new ArrayList<>();
    keys.path("parameters")
        .fields()
        .forEachRemaining(each -> parameters.add(Parameter.read(each.getKey(), each.getValue())));
    return new Definition(
        keys.path("type").asText(),
        keys.path("title").asText(),
        keys.path("deletes").asText(""),
        keys.path("nulls").asText(""),
        keys,
        calls,
        new HttpKeys(
            keys.path("url").asText(null),
            most,
            most,
            batch.path("max_bytes").asLong(1 << 20),
            rate.path("requests_per_second").asDouble(RATE),
            rate.path("concurrency").asInt(4),
            keys.path("token_path").asText(null)),
        new AcceptedAuth(mapping(keys, "auth")),
        parameters,
        mapping(keys, "sample"));
  }

  private static ObjectNode mapping(ObjectNode keys, String name) {
    return keys.get(name) instanceof ObjectNode object
        ? object
        : JsonNodeFactory.instance.objectNode();
  }

  private static int most(Calls calls) {
    int most = 1;
    for (ObjectCalls object : calls.objects()) {
      for (Op op : object.ops()) {
        most = Math.max(most, Math.min(1_000, object.call(op).maxRecords()));
      }
    }
    return most;
  }

  /** The keys of its users' files. */
  Shape.Obj userShape() {
    List<Key> own = new ArrayList<>(List.of(CallKeys.identity()));
    parameters.forEach(parameter -> own.add(parameter.key()));
    return new Shape.Obj(auth.narrowed(http.shape(own.toArray(Key[]::new)).keys()));
  }

  /** A user's file, read. */
  HttpConfig config(ObjectNode properties) {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    parameters.forEach(each -> params.set(each.name(), each.value(properties)));
    ObjectNode whole = api;
    if (api.has("signing")) {
      whole = api.deepCopy();
      ObjectNode signing = (ObjectNode) whole.get("signing");
      signing.set("secret", params.get(signing.path("parameter").asText()));
    }
    return HttpConfig.read(http.read(auth.completed(properties)), whole, properties, params);
  }

  ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    if (http.url() == null) {
      sample.put("url", "https://api.example.com");
    }
    if (!auth.kinds().isEmpty()) {
      sample.set("auth", auth.sample(http.shape().keys()));
    }
    sample.setAll(samples);
    return sample;
  }

  Profile profile() {
    List<Profile.Target> targets = new ArrayList<>();
    boolean each = false;
    boolean ids = false;
    boolean later = false;
    boolean described = false;
    for (ObjectCalls object : objects.objects()) {
      Set<Op> ops = object.ops();
      int most = 1;
      for (Op op : ops) {
        CallSpec call = object.call(op);
        most = Math.max(most, Math.min(http.maxRecords(), call.maxRecords()));
        each |= call.tellsEachRecord();
        ids |= call.tellsIds();
        later |= call.job() != null;
      }
      described |= object.schema() != null;
      targets.add(new Profile.Target(object.name(), ops, most, object.note()));
    }
    return new Profile(
        title, targets, each, ids, later, described, api.has("probe"), deletes, nulls);
  }
}
