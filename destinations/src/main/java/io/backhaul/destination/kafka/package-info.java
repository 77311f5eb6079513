/** Kafka topics, by the client that Spark's Kafka package brings (3.4.1). */
package io.backhaul.destination.kafka;
