/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Shape;
import java.util.List;

/** Makes the destinations of one {@code type:}; found by {@link java.util.ServiceLoader}. */
public interface DestinationProvider {

  /** The value of {@code type:} in a destination file, for example {@code hubspot}. */
  String type();

  /**
   * The keys a destination file of this type may hold, {@code type} itself left out. The spec
   * reader, the JSON Schema and the reference are all made from it.
   */
  Shape.Obj shape();

  /** What this type does, for people who choose one; one that says nothing has its name alone. */
  default Profile profile() {
    return new Profile(type(), List.of(), false, false, false, false, false, "", "");
  }

  /**
   * Properties of this {@link #shape} that name a made-up account: enough to open a destination of
   * this type in order to see what it would send. Defaults are left out.
   */
  default ObjectNode sample() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Whether its destinations speak HTTP through the {@link Wire} of their context, so that one can
   * see what they would send without sending it.
   */
  default boolean inspectable() {
    return true;
  }

  /**
   * Whether a request only asks something. What is asked before a batch is sent is not the request
   * that carries it, of whose answer an inspection wants to know what is made of it.
   */
  default boolean asks(Wire.Request request) {
    return request.method().equals("GET");
  }

  /**
   * Opens the destination; no I/O until the first {@link Destination#describe} or {@link
   * Destination#write}. The configuration has been checked against {@link #shape()}.
   */
  Destination open(DestinationConfig config, DeliveryContext context);
}
