/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.generic.HttpProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;

/**
 * Type {@code mishap}: the real {@code http} destination in a task to which something happens. It
 * is found as any destination is, by executors too; what happens is the test's to say, in this JVM
 * or, by {@link #PROPERTY}, in another.
 */
public final class MishapProvider implements DestinationProvider {

  /** Names the mishap of an executor in a JVM of its own, by its class. */
  static final String PROPERTY = "backhaul.mishap";

  /** What befalls one attempt at a partition. */
  interface Mishap {

    /** When the driver opens the destination. */
    default void openedByDriver() {}

    /** When the attempt opens its destination, before it reads the journal. */
    default void opened(int partition, int attempt) {}

    /** Before its {@code n}th request, counted from 1. */
    default void before(int partition, int attempt, int n) {}

    /** After its {@code n}th request was answered, before the answer is noted. */
    default void answered(int partition, int attempt, int n) {}
  }

  /** The task dies here. */
  static final class TaskDied extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TaskDied() {
      super("the task dies here");
    }
  }

  /** Names an attempt. */
  record Attempt(int partition, int attempt) {}

  private static final Map<Attempt, List<Batch>> SENT = new ConcurrentHashMap<>();
  private static volatile Mishap mishap = named(System.getProperty(PROPERTY, ""));

  private static Mishap named(String type) {
    try {
      return type.isEmpty()
          ? new Mishap() {}
          : Class.forName(type).asSubclass(Mishap.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on attempts meet this; what was sent is forgotten. */
  static void next(Mishap now) {
    SENT.clear();
    mishap = now;
  }

  /** Nothing happens any more. */
  static void nothing() {
    next(new Mishap() {});
  }

  /** The batches that an attempt sent, since {@link #next}. */
  static List<Batch> sent(int partition, int attempt) {
    return List.copyOf(SENT.getOrDefault(new Attempt(partition, attempt), List.of()));
  }

  @Override
  public String type() {
    return "mishap";
  }

  @Override
  public Shape.Obj shape() {
    return new HttpProvider().shape();
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    Destination http = new HttpProvider().open(config, context);
    TaskContext task = TaskContext.get();
    if (task == null) {
      mishap.openedByDriver();
      return http;
    }
    mishap.opened(task.partitionId(), task.attemptNumber());
    return new Unlucky(http, new Attempt(task.partitionId(), task.attemptNumber()));
  }

  private static final class Unlucky implements Destination {
    private final Destination http;
    private final Attempt at;
    private final AtomicInteger requests = new AtomicInteger();

    Unlucky(Destination http, Attempt at) {
      this.http = http;
      this.at = at;
    }

    @Override
    public Capabilities capabilities() {
      return http.capabilities();
    }

    @Override
    public ObjectSchema describe(String object) {
      return http.describe(object);
    }

    @Override
    public Delivery write(Batch batch) {
      int n = requests.incrementAndGet();
      mishap.before(at.partition(), at.attempt(), n);
      SENT.computeIfAbsent(at, any -> new CopyOnWriteArrayList<>()).add(batch);
      Delivery delivery = http.write(batch);
      mishap.answered(at.partition(), at.attempt(), n);
      return delivery;
    }

    @Override
    public Delivery resume(JobHandle job, Batch batch) {
      return http.resume(job, batch);
    }

    @Override
    public void close() {
      http.close();
    }
  }
}
