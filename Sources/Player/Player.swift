// What lets a model play.
